"""The project's own workflows: they run what anybody can run here, with pinned actions and without secrets."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PINNED = re.compile(r"[\w-]+/[\w./-]+@[0-9a-f]{40}|\./\.github/workflows/\w+\.yml")


def read(path: Path) -> dict[Any, Any]:
    found: dict[Any, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found


def steps(workflow: dict[Any, Any]) -> Iterator[dict[str, Any]]:
    for job in workflow["jobs"].values():
        yield from job.get("steps", [job])


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_is_whole_and_its_actions_are_pinned(path: Path) -> None:
    workflow = read(path)
    assert {"name", True, "jobs", "permissions"} <= workflow.keys()  # YAML 1.1 reads `on` as true
    assert workflow["permissions"] == {"contents": "read"}
    for step in steps(workflow):
        assert len({"uses", "run"} & step.keys()) == 1
        assert "uses" not in step or PINNED.fullmatch(step["uses"]), step
    for job in workflow["jobs"].values():
        assert "uses" in job or {"runs-on", "timeout-minutes"} <= job.keys()
        needs = job.get("needs", [])
        assert {needs} if isinstance(needs, str) else {*needs} <= workflow["jobs"].keys()


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_names_no_secret_and_no_registry(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert re.findall(r"secrets\.|\btoken\b|password|://|pypi|ghcr|--push", text, re.IGNORECASE) == []


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_the_scripts_that_a_workflow_runs_are_there(path: Path) -> None:
    commands = " ".join(step.get("run", "") for step in steps(read(path)))
    named = re.findall(r"(?:^|\s)((?:scripts|\.ci)/\w+)", commands)
    assert named
    assert [name for name in named if not (ROOT / name).stat().st_mode & 0o111] == []


def test_ci_runs_the_one_check_on_every_supported_python() -> None:
    [job] = read(ROOT / ".github" / "workflows" / "ci.yml")["jobs"].values()
    assert [step["run"] for step in job["steps"] if "run" in step] == [".ci/run"]
    known = re.findall(r"Python :: (3\.\d+)$", "\n".join(PROJECT["classifiers"]), re.MULTILINE)
    assert job["strategy"]["matrix"]["python"] == known
    assert PROJECT["requires-python"] == f">={known[0]}"
