"""The records of the stand-in provider: put, taken once, swept once they have expired."""

from __future__ import annotations

from storage.store import Store
from storage.unit import Unit
from tests.storage.rows import NOON, use_nested_loops
from tests.storage.stand_in_rows import a_stand_in_record


def test_a_new_record_replaces_the_old_one_of_its_kind_and_key(unit: Unit) -> None:
    unit.stand_in.put(a_stand_in_record("a", expires=NOON))
    unit.stand_in.put(a_stand_in_record("a", "person", None))
    unit.stand_in.put(a_stand_in_record("a", expires=None))
    assert unit.stand_in.all("code") == [a_stand_in_record("a", expires=None)]
    assert unit.stand_in.get("person", "a") == a_stand_in_record("a", "person", None)


def test_a_record_is_deleted_once(unit: Unit) -> None:
    unit.stand_in.put(a_stand_in_record("a"))
    unit.stand_in.put(a_stand_in_record("a", "person"))
    assert [unit.stand_in.delete("code", "a"), unit.stand_in.delete("code", "a")] == [True, False]
    assert unit.stand_in.delete_kind("person") == 1
    assert unit.stand_in.all("person") == []


def test_what_has_expired_is_swept_and_what_never_expires_stays(unit: Unit) -> None:
    for age in (1, 2, 0):
        unit.stand_in.put(a_stand_in_record(f"{age}", expires=NOON - age))
    unit.stand_in.put(a_stand_in_record("for ever", expires=None))
    assert [unit.stand_in.sweep(NOON, 1), unit.stand_in.sweep(NOON, 9)] == [1, 1]
    assert [record.key for record in unit.stand_in.all("code")] == ["0", "for ever"]


def test_a_sweep_deletes_no_more_than_its_limit_whatever_the_planner_chooses(store_in_postgresql: Store) -> None:
    with store_in_postgresql.unit(writes=True) as unit:
        for age in range(4):
            unit.stand_in.put(a_stand_in_record(f"{age}", expires=NOON - 9 + age))
        unit.commit()
        use_nested_loops(unit)
        assert unit.stand_in.sweep(NOON, 2) == 2
        assert [record.key for record in unit.stand_in.all("code")] == ["2", "3"]
