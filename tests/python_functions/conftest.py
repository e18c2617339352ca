"""What every test of Python functions stands in: an application's directory."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from emulator.outside.python_functions import PythonFunction
from tests.python_functions.processes import PATIENCE, Running


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An application's directory, which the server is started in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def running(project: Path) -> Iterator[Running]:
    """Writes `app.py`, and runs its `handler`."""
    made: list[PythonFunction] = []

    def run(code: str, target: str = "app:handler", seconds: float = PATIENCE, **more: Any) -> PythonFunction:
        (project / "app.py").write_text(code)
        made.append(PythonFunction(target, lambda: "20261123T080000Z", os.environ, seconds, **more))
        return made[-1]

    yield run
    for function in made:
        function.close()
