"""A project of a user of the pytest plugin."""

from __future__ import annotations

import subprocess
import textwrap
from pathlib import Path

from tests.package.environment import Environment, clean


class Project:
    """A directory with tests, and pytest in it. boto3 cannot be imported, and temporary files are in `temporary`."""

    def __init__(self, place: Path, environment: Environment) -> None:
        self.place, self._environment = place, environment
        self.temporary, hidden = place / "temporary", place / "hidden"
        self.temporary.mkdir()
        hidden.mkdir()
        (hidden / "boto3.py").write_text("raise ImportError('boto3 is not installed')\n")
        (place / "pytest.ini").write_text("[pytest]\n")
        self._variables = {**clean(), "PYTHONPATH": str(hidden), "TMPDIR": str(self.temporary)}

    def write(self, name: str, code: str) -> None:
        """Write a module."""
        (self.place / name).write_text(textwrap.dedent(code))

    def begin(self, *arguments: str, **variables: str) -> subprocess.Popen[str]:
        """Start pytest, in a process group of its own."""
        return subprocess.Popen(
            [self._environment.python, "-m", "pytest", "-W", "error", "-p", "no:cacheprovider", *arguments],
            cwd=self.place,
            env=self._variables | variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def run(self, *arguments: str, **variables: str) -> str:
        """Run pytest; answers what it prints."""
        output, _ = self.begin(*arguments, **variables).communicate(timeout=120)
        return output

    def left(self) -> list[str]:
        """What servers have left behind."""
        return [path.name for path in self.temporary.glob("cognito-emulator*")]
