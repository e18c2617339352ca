"""Counters of unknown usernames: as those of users, but limited in number, and deleted after a while."""

from __future__ import annotations

import pytest
from msgspec.structs import asdict

from storage.store import Store
from storage.tables.codes import stand_in_attempts
from storage.unit import Unit
from storage.violations import StaleRead
from tests.storage.rows import NOON, a_pool, a_stand_ins_attempts, use_nested_loops


def test_a_counter_is_the_names_the_kinds_and_the_pools(unit: Unit) -> None:
    pool, other = a_pool(unit), a_pool(unit, "us-east-1_b")
    first = a_stand_ins_attempts(pool)
    unit.stand_in_attempts.put(a_stand_ins_attempts(pool, count=7))
    unit.stand_in_attempts.put(first)
    assert unit.stand_in_attempts.get(pool.id, "digest", "password") == first
    for keys in ((other.id, "digest", "password"), (pool.id, "another", "password"), (pool.id, "digest", "code")):
        assert unit.stand_in_attempts.get(*keys) is None
    unit.stand_in_attempts.delete(pool.id, "digest", "password")
    assert unit.stand_in_attempts.get(pool.id, "digest", "password") is None


def test_each_counter_of_a_name_says_until_when_it_locks(unit: Unit) -> None:
    pool = a_pool(unit)
    assert unit.stand_in_attempts.locks(pool.id, "digest") == {}
    for kind, until in (("password", 5.0), ("code", 9.0), ("ForgotPassword", 0.0)):
        unit.stand_in_attempts.put(a_stand_ins_attempts(pool, kind=kind, locked_until=until))
    assert unit.stand_in_attempts.locks(pool.id, "digest") == {"password": 5, "code": 9, "ForgotPassword": 0}
    assert unit.stand_in_attempts.locks(pool.id, "another") == {}


def test_there_is_room_for_so_many_and_the_oldest_goes(unit: Unit) -> None:
    pool = a_pool(unit)
    for number, name in ((1, "oldest"), (2, "older"), (100_001, "newer")):
        unit.write(stand_in_attempts.insert(), asdict(a_stand_ins_attempts(pool, name)) | {"id": number})
    unit.stand_in_attempts.trim()
    kept = [bool(unit.stand_in_attempts.get(pool.id, name, "password")) for name in ("oldest", "older", "newer")]
    assert kept == [False, True, True]


def test_what_was_tried_long_ago_is_swept(unit: Unit) -> None:
    pool = a_pool(unit)
    for name, last in (("old", NOON - 1), ("new", NOON)):
        unit.stand_in_attempts.put(a_stand_ins_attempts(pool, name, last=last))
    unit.stand_in_attempts.sweep(NOON, 10)
    assert unit.stand_in_attempts.get(pool.id, "old", "password") is None
    assert unit.stand_in_attempts.get(pool.id, "new", "password") is not None


def test_counters_go_with_their_pool(unit: Unit) -> None:
    pool = a_pool(unit)
    unit.stand_in_attempts.put(a_stand_ins_attempts(pool))
    unit.pools.delete(pool)
    assert unit.stand_in_attempts.get(pool.id, "digest", "password") is None


def test_a_counter_of_a_pool_that_is_gone_is_refused(store: Store) -> None:
    with store.unit(writes=True) as unit:
        pool = a_pool(unit)
        unit.pools.delete(pool)
    with pytest.raises(StaleRead), store.unit(writes=True) as unit:
        unit.stand_in_attempts.put(a_stand_ins_attempts(pool))


def test_a_sweep_deletes_no_more_than_its_limit_whatever_the_planner_chooses(store_in_postgresql: Store) -> None:
    with store_in_postgresql.unit(writes=True) as unit:
        pool = a_pool(unit)
        for name in "abcd":
            unit.stand_in_attempts.put(a_stand_ins_attempts(pool, name, last=NOON - 9))
        unit.commit()
        use_nested_loops(unit)
        assert unit.stand_in_attempts.sweep(NOON, 2) == 2
