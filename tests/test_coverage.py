"""Where operations are answered, as scripts/operations says it."""

from __future__ import annotations

from pathlib import Path

import pytest

from emulator import coverage, registry

ROOT = Path(__file__).resolve().parents[1]


def test_an_operation_is_where_it_is_said_to_be() -> None:
    [place] = coverage.places("AdminDeleteUser")
    path, line, told = place.split(":", 2)
    assert (ROOT / path).read_text().splitlines()[int(line) - 1].startswith('@operation("AdminDeleteUser"')
    assert told == " cognito-idp AdminDeleteUser: whole"


def test_a_part_of_a_name_finds_every_operation_with_it() -> None:
    assert len(coverage.places("initiateauth")) == 1
    assert len(coverage.places("ListUsers")) == 1
    assert len(coverage.places("AdminInitiate")) == 1
    assert len(coverage.places("Terms")) == 6


def test_what_is_missing_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    registry.load()
    monkeypatch.delitem(registry.OPERATIONS, ("sts", "AssumeRoot"))
    assert coverage.places("AssumeRoot") == ["sts AssumeRoot: missing"]


def test_every_operation_of_the_three_models_has_a_row() -> None:
    rows = coverage.rows()
    assert len(rows) == 153 + 23 + 12
    assert {row["state"] for row in rows} <= {"whole", "partial"}
