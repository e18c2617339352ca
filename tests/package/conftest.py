"""Wheels of the emulator and of an application whose packages have the names of the server's own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.package.environment import Environment
from tests.package.project import Project

ROOT = Path(__file__).parents[2]
APPLICATION = """
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
[project]
name = "shop"
version = "1"
[tool.hatch.build]
only-include = ["emulator", "storage", "keys"]
"""
TRIGGER = """
import emulator, keys, storage

def sign_up(event, context):
    assert [emulator.WHOSE, keys.WHOSE, storage.WHOSE] == ["shop"] * 3
    event["response"]["autoConfirmUser"] = True
    return event
"""


def built(project: Path, into: Path, *targets: str) -> Path:
    """Build a project with the installed hatchling; answers where its wheel or sdist is."""
    build = [sys.executable, "-m", "hatchling", "build", *targets, "-d", str(into)]
    done = subprocess.run(build, cwd=project, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    [made] = into.iterdir()
    return made


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The emulator's wheel, built from the checkout."""
    return built(ROOT, tmp_path_factory.mktemp("wheel"), "-t", "wheel")


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """A virtual environment with the emulator's wheel, for tests that leave it as it is."""
    environment = Environment(tmp_path_factory.mktemp("installed") / "venv")
    environment.install(wheel)
    return environment


@pytest.fixture
def project(installed: Environment, tmp_path: Path) -> Project:
    """A project without tests."""
    return Project(tmp_path, installed)


@pytest.fixture(scope="session")
def application(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of an application with packages called emulator, storage and keys."""
    project = tmp_path_factory.mktemp("shop")
    (project / "pyproject.toml").write_text(APPLICATION)
    for name in ("emulator", "storage", "keys"):
        (project / name).mkdir()
        (project / name / "__init__.py").write_text('WHOSE = "shop"\n')
    (project / "storage" / "triggers.py").write_text(TRIGGER)
    return built(project, tmp_path_factory.mktemp("shop-wheel"), "-t", "wheel")
