"""The examples of tests, as their readers run them: a copy of the directory, and its command."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.package.conftest import ROOT
from tests.package.environment import Environment, clean
from tests.sdk import node_client

pytestmark = pytest.mark.slow
VITEST = node_client.HERE / "node_modules" / "vitest" / "vitest.mjs"


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """A virtual environment with the wheel."""
    place = Environment(tmp_path_factory.mktemp("environment") / "venv")
    place.install(wheel)
    return place


def ran(example: str, place: Path, command: list[str | Path], **variables: str) -> str:
    """What a command prints in a copy of an example. No variable tells it where AWS is."""
    ignored = shutil.ignore_patterns("node_modules", "__pycache__")
    shutil.copytree(ROOT / "examples" / example, place, dirs_exist_ok=True, ignore=ignored)
    environment = {name: value for name, value in clean().items() if not name.startswith("AWS_")}
    done = subprocess.run(
        command, cwd=place, env=environment | variables, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_the_example_of_pytest_passes(environment: Environment, tmp_path: Path) -> None:
    command: list[str | Path] = [environment.python, "-m", "pytest", "-W", "error", "--rootdir", str(tmp_path)]
    assert "3 passed" in ran("pytest", tmp_path, command)


def test_the_example_of_unittest_passes(environment: Environment, tmp_path: Path) -> None:
    printed = ran("unittest", tmp_path, [environment.python, "-W", "error", "-m", "unittest"])
    assert "Ran 2 tests" in printed
    assert "OK" in printed


def test_the_example_of_vitest_passes(environment: Environment, tmp_path: Path) -> None:
    node_client.install()
    (tmp_path / "node_modules").symlink_to(node_client.HERE / "node_modules")
    path = f"{environment.command.parent}{os.pathsep}{os.environ['PATH']}"
    printed = ran("vitest", tmp_path, [node_client.NODE, VITEST, "run"], PATH=path, NO_COLOR="1")
    assert "2 passed" in printed, printed
