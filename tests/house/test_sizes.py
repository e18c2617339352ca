"""Files stay small enough to be read in one go."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted(
    path
    for folder in ("cognito_emulator", "emulator", "storage", "keys", "bench", "tests", "scripts")
    for path in (ROOT / folder).rglob("*")
    if path.is_file()
    and not {"__pycache__", "node_modules"} & {*path.parts}
    and (path.suffix == ".py" or path.parent.name == "scripts")
)
MOST = 300


def test_a_file_is_at_most_300_lines_or_opens_with_the_reason() -> None:
    assert len(FILES) > 500
    too_long = []
    for path in FILES:
        lines = path.read_text(encoding="utf-8").splitlines()
        if len(lines) > MOST and not re.search(r"\blong\b", "\n".join(lines[:12]), re.IGNORECASE):
            too_long.append(f"{path.relative_to(ROOT).as_posix()}: {len(lines)} lines")
    assert too_long == []


@pytest.mark.parametrize("floor", ["emulator", "storage", "keys"])
def test_every_package_opens_with_what_it_owns(floor: str) -> None:
    for package in (ROOT / floor).rglob("__init__.py"):
        first = package.read_text(encoding="utf-8").split('"""')
        assert len(first) >= 3, f"{package} has no docstring"
        assert first[0] == "", f"{package} does not open with its docstring"
        assert 1 <= len(first[1].strip().splitlines()) <= 6, package
