"""Whatever happens in between, a unit takes the records of the moment that it sees."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from storage.records.pools import Client, Pool
from storage.store import Store
from storage.violations import StaleRead
from tests.storage.remembered.units import begin, once, reading, rename, see, statements
from tests.storage.rows import NOON


def test_a_unit_does_not_mix_what_it_took_with_what_came_later(sqlite: Store, pool: Pool) -> None:
    with pytest.raises(StaleRead), reading(sqlite) as unit:
        assert unit.pools.get(pool.id) == pool
        rename(sqlite, pool, "new")
        begin(unit)


def test_a_unit_that_took_nothing_early_goes_on_after_a_change(sqlite: Store, pool: Pool) -> None:
    with reading(sqlite) as unit:
        rename(sqlite, pool, "new")
        begin(unit)
        found = unit.pools.get(pool.id)
        assert found is not None
        assert found.name == "new"


def test_a_unit_that_nobody_runs_again_takes_nothing_early(sqlite: Store, pool: Pool) -> None:
    with sqlite.unit(writes=False) as unit:
        assert unit.pools.get(pool.id) == pool
        rename(sqlite, pool, "new")
        assert unit.pools.get(pool.id) == pool


def test_a_writer_takes_nothing_before_it_has_the_lock(sqlite: Store, pool: Pool) -> None:
    with sqlite.unit(writes=True) as unit:
        unit.take_early()
        rename(sqlite, pool, "new")
        found = unit.pools.get(pool.id)
        assert found is not None
        assert found.name == "new"
        with ThreadPoolExecutor(1) as executor:
            waiting = executor.submit(rename, sqlite, pool, "newest")
            begin(unit)
            unit.close()
            waiting.result(timeout=10)


def test_a_unit_sees_one_moment_when_a_change_comes_between_two_statements(sqlite: Store, pool: Pool) -> None:
    with sqlite.unit(writes=False) as unit:
        begin(unit)
        rename(sqlite, pool, "new")
        assert see(sqlite, pool) == "new"  # and is remembered
        assert unit.pools.get(pool.id) == pool
    assert see(sqlite, pool) == "new"
    with statements(sqlite) as heard, reading(sqlite) as unit:
        assert unit.pools.get(pool.id) is not None
        assert heard == []


@pytest.mark.parametrize("early", [True, False])
def test_a_change_just_before_the_first_statement_is_seen(sqlite: Store, pool: Pool, early: bool) -> None:
    """The transaction has begun by then, and the snapshot has not."""
    with (
        once(sqlite, "before_cursor_execute", lambda: rename(sqlite, pool, "new")) as done,
        sqlite.unit(writes=False) as unit,
    ):
        if early:
            unit.take_early()
        begin(unit)
        found = unit.pools.get(pool.id)
        assert found is not None
        assert (found.name, done) == ("new", ["before_cursor_execute"])
    assert see(sqlite, pool) == "new"


def test_a_change_just_after_the_first_statement_is_not_seen_and_what_was_read_is_not_kept(
    sqlite: Store, pool: Pool
) -> None:
    with once(sqlite, "after_cursor_execute", lambda: rename(sqlite, pool, "new")), sqlite.unit(writes=False) as unit:
        begin(unit)
        assert unit.pools.get(pool.id) == pool
    assert see(sqlite, pool) == "new"


def test_who_reads_during_a_commit_remembers_nothing_of_it(sqlite: Store, pool: Pool) -> None:
    """The event comes when the records were dropped, and the commit is still to come."""
    seen: list[str | None] = []
    with once(sqlite, "commit", lambda: seen.append(see(sqlite, pool))):
        rename(sqlite, pool, "new")
    assert (seen, see(sqlite, pool)) == ([pool.name], "new")


def test_who_began_before_a_commit_remembers_nothing_after_it(sqlite: Store, pool: Pool) -> None:
    with sqlite.unit(writes=False) as unit:
        begin(unit)
        rename(sqlite, pool, "new")
        assert unit.pools.get(pool.id) == pool  # from its snapshot
        assert unit.clients.all(pool.id) == []
    assert see(sqlite, pool) == "new"


def test_a_release_ends_what_a_unit_has_taken(sqlite: Store, pool: Pool) -> None:
    with reading(sqlite) as unit:
        assert unit.pools.get(pool.id) == pool
        with unit.released(acts=True):
            rename(sqlite, pool, "new")
        assert unit.generation == 1
        found = unit.pools.get(pool.id)
        assert found is not None
        assert found.name == "new"
        begin(unit)


def test_the_moment_after_a_release_comes_before_anything_is_taken(sqlite: Store, pool: Pool) -> None:
    def meanwhile() -> None:
        sqlite.while_released = None
        rename(sqlite, pool, "new")

    with reading(sqlite) as unit:
        assert unit.pools.get(pool.id) == pool
        with unit.released():
            sqlite.while_released = meanwhile
        found = unit.pools.get(pool.id)
        assert found is not None
        assert found.name == "new"


def test_a_release_of_a_unit_that_has_read_and_taken_nothing_is_none(sqlite: Store) -> None:
    with reading(sqlite) as unit:
        with unit.released():
            pass
        assert unit.generation == 0


def test_readers_among_writers_see_pool_and_client_of_one_moment(sqlite: Store, pool: Pool, client: Client) -> None:
    """Writers give both the same new name; readers take them, or read them, in any mixture."""
    ended = threading.Event()
    begun = threading.Barrier(5)

    def write() -> None:
        begun.wait()
        for number in range(150):
            with sqlite.unit(writes=True) as unit:
                unit.pools.change(pool, name=str(number), settings={}, modified=NOON)
                unit.clients.change(client, name=str(number), settings={}, modified=NOON)
        ended.set()

    def read(early: bool) -> int:
        begun.wait()
        mixed = 0
        while not ended.is_set():
            with sqlite.unit(writes=False) as unit:
                if early:
                    unit.take_early()
                try:
                    first = unit.pools.get(pool.id)
                    begin(unit)
                    second = unit.clients.get(client.id)
                except StaleRead:
                    continue
                assert first is not None
                assert second is not None
                mixed += first.name != second.name
        return mixed

    rename(sqlite, pool, client.name)
    with ThreadPoolExecutor(5) as executor:
        readers = [executor.submit(read, number % 2 == 0) for number in range(4)]
        executor.submit(write).result(timeout=60)
        assert [reader.result(timeout=60) for reader in readers] == [0, 0, 0, 0]
