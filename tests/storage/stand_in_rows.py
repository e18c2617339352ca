"""Builders of rows of the stand-in provider, and the calls of its repository."""

from __future__ import annotations

from storage.records.stand_in import StandInRecord
from storage.unit import Unit
from tests.storage.oauth_rows import NOON


def a_stand_in_record(key: str = "key", kind: str = "code", expires: float | None = NOON) -> StandInRecord:
    return StandInRecord(kind, key, b"sealed", expires)


def fill_stand_in(unit: Unit, mark: str) -> None:
    """Insert a row."""
    unit.stand_in.put(a_stand_in_record(f"key {mark}"))


def call_stand_in(unit: Unit) -> None:
    """Call every method."""
    unit.stand_in.put(a_stand_in_record("new", "new", NOON - 1))
    unit.stand_in.get("new", "new")
    unit.stand_in.all("new")
    unit.stand_in.delete("new", "new")
    unit.stand_in.delete_kind("new")
    unit.stand_in.sweep(NOON, 10)
