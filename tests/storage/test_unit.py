"""The unit of work: commits, rollbacks, releasing the connection, and concurrent units."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from storage.records.pools import Pool
from storage.store import Store
from storage.unit import Unit
from storage.violations import UniqueViolation
from tests.storage.rows import NOON, VAULT, a_group, a_pool, a_user, census

WRITERS = 16


def names(unit: Unit) -> list[str]:
    return [pool.name for pool in unit.pools.page("us-east-1", 60, None).items]


def kept(store: Store) -> list[str]:
    with store.unit(writes=False) as unit:
        return names(unit)


def test_returning_commits(store: Store) -> None:
    with store.unit(writes=True) as unit:
        a_pool(unit)
    assert kept(store) == ["pool"]


def test_raising_rolls_back_all_of_it(store: Store) -> None:
    with pytest.raises(KeyError), store.unit(writes=True) as unit:
        pool = a_pool(unit)
        a_user(unit, pool)
        raise KeyError
    assert census_of(store) == {}


def test_raising_after_a_commit_keeps_what_was_committed(store: Store) -> None:
    with pytest.raises(KeyError), store.unit(writes=True) as unit:
        a_pool(unit, name="kept")
        unit.commit()
        a_pool(unit, "us-east-1_b", name="undone")
        raise KeyError
    assert kept(store) == ["kept"]


def test_a_unit_sees_what_it_wrote(store: Store) -> None:
    with store.unit(writes=True) as unit:
        pool = a_pool(unit)
        assert unit.pools.get(pool.id) == pool
        assert unit.written


def test_a_unit_that_did_nothing_does_nothing(store: Store) -> None:
    for writes in (True, False):
        with store.unit(writes=writes) as unit:
            pass
        unit.close()
        assert (unit.generation, unit.written) == (0, False)


def test_a_reading_unit_cannot_write(store: Store) -> None:
    with pytest.raises(RuntimeError, match="reads was asked to write"), store.unit(writes=False) as unit:
        a_pool(unit)
    assert kept(store) == []


def test_a_unit_that_wrote_cannot_be_released(store: Store) -> None:
    with pytest.raises(RuntimeError, match="after it had written"), store.unit(writes=True) as unit:
        a_pool(unit)
        with unit.released():
            pytest.fail("was released")
    assert kept(store) == []


def test_a_unit_that_tried_to_write_cannot_be_released(store: Store) -> None:
    with store.unit(writes=True) as unit:
        a_pool(unit)
    with store.unit(writes=True) as unit:
        with pytest.raises(UniqueViolation):
            a_pool(unit)
        with pytest.raises(RuntimeError), unit.released():
            pytest.fail("was released")


@pytest.mark.parametrize("writes", [True, False])
def test_a_released_unit_lets_another_write_and_reads_anew(store: Store, writes: bool) -> None:
    with store.unit(writes=writes) as unit:
        assert names(unit) == []
        with unit.released(), store.unit(writes=True) as other:
            a_pool(other)
        assert names(unit) == ["pool"]


def test_a_unit_writes_after_it_was_released(store: Store) -> None:
    with store.unit(writes=True) as unit:
        pool = a_pool(unit)
    with store.unit(writes=True) as unit:
        assert names(unit) == ["pool"]
        with unit.released():
            pass
        unit.pools.change(pool, name="new", settings={}, modified=NOON)
    assert kept(store) == ["new"]


def test_what_fails_outside_a_released_unit_reaches_it(store: Store) -> None:
    with pytest.raises(ConnectionError), store.unit(writes=True) as unit:
        names(unit)
        with unit.released():
            raise ConnectionError
    assert kept(store) == []


def test_the_generation_grows_whenever_the_connection_is_released(store: Store) -> None:
    with store.unit(writes=True) as unit:
        generations = [unit.generation]
        for _ in range(2):
            names(unit)
            with unit.released():
                generations.append(unit.generation)
        a_pool(unit)
        generations.append(unit.generation)
        unit.commit()
        generations.append(unit.generation)
    assert generations == [0, 1, 2, 2, 3]


def test_reads_do_not_wait_for_a_writer_and_see_nothing_of_it(store: Store) -> None:
    with store.unit(writes=True) as writer:
        a_pool(writer)
        with ThreadPoolExecutor(1) as executor:
            assert executor.submit(kept, store).result(timeout=10) == []
        assert kept(store) == []
    assert kept(store) == ["pool"]


def test_a_writer_does_not_wait_for_readers_and_they_see_one_moment(store: Store) -> None:
    with store.unit(writes=False) as reader:
        assert names(reader) == []
        with store.unit(writes=True) as writer:
            a_pool(writer)
        assert names(reader) == []
    assert kept(store) == ["pool"]


def test_a_unit_holds_nothing_before_its_first_query(store: Store) -> None:
    with store.unit(writes=True), store.unit(writes=True) as other:
        a_pool(other)
    assert kept(store) == ["pool"]


def test_a_writer_that_failed_lets_the_next_one_write(store: Store) -> None:
    for _ in range(3):
        with pytest.raises(KeyError), store.unit(writes=True) as unit:
            a_pool(unit)
            raise KeyError
    with store.unit(writes=True) as unit:
        a_pool(unit)
    assert kept(store) == ["pool"]


@pytest.mark.parametrize("writers", [12, WRITERS])
def test_writers_that_read_and_then_write_all_succeed(store: Store, writers: int) -> None:
    with store.unit(writes=True) as unit:
        pool = unit.pools.change(a_pool(unit), name="0", settings={}, modified=NOON)
    barrier = threading.Barrier(writers)

    def count(number: int) -> None:
        barrier.wait()
        for turn in range(5):
            with store.unit(writes=True) as unit:
                before = unit.pools.get(pool.id)
                assert before is not None
                a_user(unit, before, f"user {number} {turn}")
                unit.pools.change(before, name=str(int(before.name) + 1), settings={}, modified=NOON)

    together(count, writers)
    with store.unit(writes=False) as unit:
        after = unit.pools.get(pool.id)
        assert after is not None
        assert (after.name, unit.users.count(pool.id)) == (str(writers * 5), writers * 5)


def test_writers_of_several_stores_on_one_database_all_succeed(sqlite: Store) -> None:
    """Like several processes: each store has its own lock for writers."""
    stores = [sqlite, *(Store(Path(sqlite.engine.url.database or ""), VAULT) for _ in range(3))]
    with sqlite.unit(writes=True) as unit:
        pool = a_pool(unit)
    barrier = threading.Barrier(12)

    def count(number: int) -> None:
        barrier.wait()
        for turn in range(3):
            with stores[number % 4].unit(writes=True) as unit:
                before = unit.pools.get(pool.id)
                a_user(unit, before or pool, f"user {number} {turn}")

    together(count, 12)
    assert census_of(sqlite) == {"user_pools": 1, "user_counts": 1, "users": 36}
    for store in stores[1:]:
        store.close()


def test_of_many_who_want_one_name_one_gets_it(store: Store) -> None:
    with store.unit(writes=True) as unit:
        pool = a_pool(unit)
    barrier = threading.Barrier(WRITERS)
    refused: list[tuple[str, ...]] = []

    def sign_up(number: int) -> None:
        barrier.wait()
        try:
            with store.unit(writes=True) as unit:
                a_user(unit, pool, "ana", sub=str(number))
        except UniqueViolation as violation:
            refused.append(violation.columns)

    together(sign_up, WRITERS)
    assert refused == [("pool_id", "username_key")] * (WRITERS - 1)
    assert census_of(store) == {"user_pools": 1, "user_counts": 1, "users": 1}


def test_readers_among_writers_always_see_whole_units(store: Store) -> None:
    """Each unit adds a user and a group: no reader ever sees one without the other."""
    with store.unit(writes=True) as unit:
        pool = a_pool(unit)

    def work(number: int) -> None:
        for turn in range(10):
            if number % 2:
                write_both(store, pool, f"{number} {turn}")
            else:
                with store.unit(writes=False) as unit:
                    seen = census(unit)
                assert seen.get("users", 0) == seen.get("groups", 0)

    together(work, 8)
    assert census_of(store) == {"user_pools": 1, "user_counts": 1, "users": 40, "groups": 40}


def write_both(store: Store, pool: Pool, name: str) -> None:
    with store.unit(writes=True) as unit:
        a_user(unit, pool, name)
        a_group(unit, pool, name)


def census_of(store: Store) -> dict[str, int]:
    with store.unit(writes=False) as unit:
        return census(unit)


def together(work: Callable[[int], None], threads: int) -> None:
    with ThreadPoolExecutor(threads) as executor:
        for done in [executor.submit(work, number) for number in range(threads)]:
            done.result(timeout=30)
