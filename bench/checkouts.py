"""Other checkouts of this repository: a directory, or a commit, which is checked out in the cache directory."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.machine import ROOT, Server, started


@dataclass(frozen=True)
class Checkout:
    """A checkout with its virtual environment."""

    root: Path
    python: Path
    name: str

    @contextmanager
    def serving(self, flags: Sequence[str], workers: str | None) -> Iterator[Server]:
        """Run a server of this checkout. `workers` is left out where the server does not know the flag."""
        command = ["-m", "cognito_emulator", "--ephemeral", "--port", "0", *flags]
        if workers and "--workers" in self._told("-m", "cognito_emulator", "--help"):
            command += ["--workers", workers]
        with started(*command, root=self.root, python=self.python) as server:
            yield server

    def _told(self, *command: str) -> str:
        return subprocess.run([self.python, *command], cwd=self.root, capture_output=True, text=True, check=True).stdout


def this() -> Checkout:
    """The checkout whose benchmarks these are."""
    return Checkout(ROOT, Path(sys.executable), "this checkout")


def found(name: str) -> Checkout:
    """The checkout in a directory, or of a commit. Ends the process with words if there is none."""
    root = Path(name).resolve() if Path(name).is_dir() else _checked_out(name)
    if not (root / "cognito_emulator" / "__main__.py").is_file():
        sys.exit(f"{root} is no checkout of cognito-emulator")
    subprocess.run([root / "scripts" / "venv", "demo"], check=True)  # does nothing if it is up to date
    return Checkout(root, root / ".venv" / "bin" / "python", name)


def _checked_out(commit: str) -> Path:
    """The directory of a commit in the cache, where it stays with its environment for the next time."""
    resolved = _git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{commit}^{{commit}}")
    if not resolved:
        sys.exit(f"{commit} is neither a directory nor a commit")
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "cognito-emulator" / "bench"
    root = cache / resolved[:12]
    if not (root / ".git").exists():
        cache.mkdir(parents=True, exist_ok=True)
        _git("worktree", "prune")  # of directories that were removed from the cache
        subprocess.run(["git", "worktree", "add", "--quiet", "--detach", root, resolved], cwd=ROOT, check=True)
    return root


def _git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()
