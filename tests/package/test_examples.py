"""The examples of tests, as their readers run them: a copy of the directory, and its command."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.package.conftest import ROOT
from tests.package.environment import Environment, clean
from tests.package.project import Project
from tests.sdk import node_client

PAGE = re.findall(r"^```python\n(.*?)^```", (ROOT / "docs" / "testing.md").read_text(encoding="utf-8"), re.S | re.M)
pytestmark = pytest.mark.slow
VITEST = node_client.HERE / "node_modules" / "vitest" / "vitest.mjs"


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


def test_the_example_of_pytest_passes(installed: Environment, tmp_path: Path) -> None:
    command: list[str | Path] = [installed.python, "-m", "pytest", "-W", "error", "--rootdir", str(tmp_path)]
    assert "3 passed" in ran("pytest", tmp_path, command)


def test_the_example_of_unittest_passes(installed: Environment, tmp_path: Path) -> None:
    printed = ran("unittest", tmp_path, [installed.python, "-W", "error", "-m", "unittest"])
    assert "Ran 2 tests" in printed
    assert "OK" in printed


def test_the_example_of_vitest_passes(installed: Environment, tmp_path: Path) -> None:
    node_client.install()
    (tmp_path / "node_modules").symlink_to(node_client.HERE / "node_modules")
    path = f"{installed.command.parent}{os.pathsep}{os.environ['PATH']}"
    printed = ran("vitest", tmp_path, [node_client.NODE, VITEST, "run"], PATH=path, NO_COLOR="1")
    assert "2 passed" in printed, printed


def test_the_example_of_vitest_asks_for_what_is_tested() -> None:
    asked = json.loads((ROOT / "examples" / "vitest" / "package.json").read_text(encoding="utf-8"))
    tested = json.loads((node_client.HERE / "package.json").read_text(encoding="utf-8"))["dependencies"]
    for name, versions in {**asked["dependencies"], **asked["devDependencies"]}.items():
        assert versions == f"^{tested[name]}", name


def test_every_test_of_the_page_passes(project: Project) -> None:
    """Each block in a directory and a run of its own would take long: those that share a server are in one run."""
    for number, block in enumerate(PAGE):
        project.write(f"test_block_{number}.py", block)
    own = next(number for number, block in enumerate(PAGE) if "def cognito_settings" in block)
    first = project.run("--ignore", f"test_block_{own}.py", "--ignore", "test_block_1.py")
    assert f"{len(PAGE) - 2} passed" in first, first
    second = project.run(f"test_block_{own}.py", "test_block_1.py", PYTHONPATH="")
    assert "2 passed" in second, second
