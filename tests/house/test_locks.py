"""What is installed was resolved before: exact versions with hashes, and no address of where they come from."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[2]
LOCKS = [*sorted((ROOT / "locks").glob("*.txt")), ROOT / "examples" / "compose" / "requirements.txt"]
PACKAGES = [path for path in sorted(ROOT.glob("tests/**/package-lock.json")) if "node_modules" not in path.parts]
INSTALLERS = ["scripts/venv", "Dockerfile", "examples/compose/Dockerfile"]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
FROM_HASHES = {"--require-hashes", "--no-deps", "--only-binary :all:"}
FROM_FILES = {"--no-index", "--no-deps"}


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def lines(lock: Path) -> list[str]:
    """The requirements of a lock file, one a line."""
    text = lock.read_text(encoding="utf-8").replace("\\\n", " ")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def pins(name: str) -> dict[str, list[Version]]:
    """The versions of each package in locks/NAME.txt; more than one where Python versions or platforms differ."""
    found: dict[str, list[Version]] = {}
    for line in lines(ROOT / "locks" / f"{name}.txt"):
        requirement = Requirement(line.partition(" --hash")[0])
        pin = str(requirement.specifier).removeprefix("==")
        found.setdefault(canonicalize_name(requirement.name), []).append(Version(pin))
    return found


def asked(lock: str) -> list[Requirement]:
    """What pyproject.toml asks for in an environment, directly."""
    extras = PROJECT["project"]["optional-dependencies"]
    build = [*PROJECT["build-system"]["requires"], *PROJECT["dependency-groups"]["build"]]
    docs = PROJECT["dependency-groups"]["docs"]
    run = PROJECT["project"]["dependencies"]
    whole = {
        "build": build,
        "run": [*run, *extras["postgresql"]],
        "demo": [*run, *extras["demo"], *build],
        "dev": [*run, *extras["demo"], *extras["postgresql"], *extras["senders"], *extras["dev"], *build, *docs],
    }
    requirements = [Requirement(line) for line in whole[lock]]
    return [one for one in requirements if one.name != PROJECT["project"]["name"]]


@pytest.mark.parametrize("lock", LOCKS, ids=named)
def test_every_requirement_is_one_version_with_hashes(lock: Path) -> None:
    pinned = re.compile(r"[a-z0-9][a-z0-9.-]*==[\w.+!]+(?: ; [^#]+?)?(?: +--hash=sha256:[0-9a-f]{64})+")
    assert lines(lock)
    assert [line for line in lines(lock) if not pinned.fullmatch(line)] == []


@pytest.mark.parametrize("lock", [*LOCKS, *PACKAGES], ids=named)
def test_no_lock_says_where_packages_come_from(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    assert re.findall(r'"resolved"|--(?:extra-)?index|--find-links|--trusted-host|file:', text) == []
    assert lock.suffix == ".json" or "://" not in text


@pytest.mark.parametrize("lock", PACKAGES, ids=named)
def test_every_javascript_package_is_one_version_with_integrity(lock: Path) -> None:
    held: dict[str, dict[str, Any]] = json.loads(lock.read_text(encoding="utf-8"))["packages"]
    asks = json.loads(lock.with_name("package.json").read_text(encoding="utf-8"))["dependencies"]
    assert held.pop("")["dependencies"] == asks
    assert held
    loose = [name for name, one in held.items() if not one["integrity"].startswith("sha512-") or not one["version"]]
    assert loose == []


@pytest.mark.parametrize("lock", ["build", "run", "demo", "dev"])
def test_the_locks_hold_what_the_project_asks_for(lock: str) -> None:
    """`scripts/lock` brings them in step."""
    held = pins(lock)
    for one in asked(lock):
        versions = held.get(canonicalize_name(one.name), [])
        assert versions, f"{one.name} is not in locks/{lock}.txt"
        assert all(version in one.specifier for version in versions), one


@pytest.mark.parametrize("lock", ["build", "run", "demo"])
def test_one_environment_can_grow_into_another(lock: str) -> None:
    dev = pins("dev")
    assert {name: dev.get(name) for name in pins(lock)} == pins(lock)


@pytest.mark.parametrize("name", INSTALLERS)
def test_nothing_is_resolved_where_something_is_installed(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ")
    commands = re.findall(r"\bpip (?:install|wheel)\b[^&\n]*", text)
    assert commands
    for command in commands:
        exact = all(flag in command for flag in FROM_HASHES) or all(flag in command for flag in FROM_FILES)
        assert exact, command
        builds = command.rstrip().endswith(" .")
        assert "--no-build-isolation" in command or not builds, command


def test_no_other_script_installs_packages() -> None:
    scripts = [
        *ROOT.glob("scripts/*"),
        *ROOT.glob(".ci/*"),
        *ROOT.glob("Dockerfile"),
        *ROOT.glob("examples/*/Dockerfile"),
    ]
    installing = re.compile(r"\b(?:pip|npm) (?:install|wheel)\b")
    found = [named(path) for path in scripts if path.is_file() and installing.search(path.read_text(encoding="utf-8"))]
    assert sorted(found) == sorted(INSTALLERS)
