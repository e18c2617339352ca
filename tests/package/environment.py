"""A virtual environment as users have one, and the installed command in it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import urllib.request
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PATIENCE = 30


class Environment:
    """A virtual environment without network: dependencies are those of the tests' own, except for the emulator."""

    def __init__(self, place: Path) -> None:
        venv.create(place, symlinks=os.name != "nt")
        scripts, purelib = (Path(sysconfig.get_path(kind, "venv", self._at(place))) for kind in ("scripts", "purelib"))
        self.python, self.command, self.packages = scripts / "python", scripts / "cognito-emulator", purelib
        # What a .pth file names comes last, and its own .pth files, the editable install among them, are not read.
        self.dependencies = Path(sysconfig.get_path("purelib"))
        (purelib / "dependencies.pth").write_text(str(self.dependencies))

    @staticmethod
    def _at(place: Path) -> dict[str, str]:
        return {"base": str(place), "platbase": str(place), "installed_base": str(place)}

    def pip(self, *arguments: str) -> None:
        """Run the tests' own pip on this environment."""
        command = [sys.executable, "-m", "pip", "--python", str(self.python), "--quiet", *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr

    def install(self, wheel: Path) -> None:
        """Install a wheel, and nothing else."""
        self.pip("install", "--no-deps", "--no-index", str(wheel))

    def says(self, code: str, directory: Path) -> str:
        """What a program of the application prints."""
        done = subprocess.run(
            [self.python, "-c", code], cwd=directory, capture_output=True, text=True, check=False, env=clean()
        )
        return done.stdout.strip() or done.stderr.strip().rpartition("\n")[2]

    @contextmanager
    def serving(self, directory: Path, *flags: str, module: bool = False, **variables: str) -> Iterator[str]:
        """The URL of an ephemeral server that is started in a directory, by the command or by `python -m`."""
        command = [self.python, "-m", "cognito_emulator"] if module else [self.command]
        with (directory / "server.log").open("ab") as log:
            process = subprocess.Popen(
                [*command, "--ephemeral", "--port", "0", *flags],
                cwd=directory,
                env=clean() | variables,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        with process:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert line.startswith("listening on "), (directory / "server.log").read_text()
            try:
                yield line.split()[-1]
            finally:
                process.terminate()
                process.wait(PATIENCE)


def clean() -> dict[str, str]:
    """The environment of the tests, without what speaks to Python or to the emulator."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "COGNITO_"))}


def asked(url: str, operation: str, **request: Any) -> Any:
    """What an operation answers."""
    call = urllib.request.Request(
        url,
        data=json.dumps(request).encode(),
        headers={"X-Amz-Target": f"AWSCognitoIdentityProviderService.{operation}"},
    )
    with urllib.request.urlopen(call, timeout=PATIENCE) as answer:
        return json.load(answer)
