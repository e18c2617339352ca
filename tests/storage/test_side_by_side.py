"""The history where units that write run side by side, in PostgreSQL: pauses wait for writers, points are settled."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from storage.records.pools import Pool
from storage.records.users import User
from storage.store import Store
from storage.violations import Paused
from tests.postgresql.server import PostgreSQLServer, wait_until
from tests.storage.rows import NOON, a_pool, a_user

FOREVER = 10 * NOON


@pytest.fixture
def store(store_in_postgresql: Store) -> Store:
    return store_in_postgresql


@pytest.fixture
def pool(store: Store) -> Pool:
    """A pool whose changes are recorded."""
    with store.unit(writes=True) as unit:
        unit.now = NOON
        return unit.history.begin(a_pool(unit))


@pytest.fixture
def user(store: Store, pool: Pool) -> User:
    """A user of that pool."""
    with store.unit(writes=True) as unit:
        unit.now = NOON
        return a_user(unit, pool)


@pytest.fixture
def somebody_waits(postgresql: PostgreSQLServer, postgresql_database: str) -> Callable[[], None]:
    """Returns once a connection waits for a named lock."""
    waiting = "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    return lambda: wait_until(lambda: bool(postgresql.execute(waiting, postgresql_database)))


def rename(store: Store, user: User, name: str, meanwhile: Callable[[], object] = lambda: None) -> None:
    with store.unit(writes=True) as unit:
        unit.now = NOON + 1
        unit.users.change(user, attributes={"name": name}, searched={})
        meanwhile()


def pause(store: Store, pool: Pool, meanwhile: Callable[[], object] = lambda: None) -> int:
    """Pause a pool as a recovery does; returns the number of the last change before."""
    with store.unit(writes=True) as unit:
        unit.now = NOON + 1
        unit.journal.exclude_writers(pool.id)
        unit.pools.pause(pool, FOREVER)
        last = unit.history.last_number(pool.id)
        meanwhile()
    return last


def test_a_pause_waits_for_those_who_have_recorded_a_change(
    store: Store, pool: Pool, user: User, somebody_waits: Callable[[], None]
) -> None:
    lasts: list[int] = []
    pausing = threading.Thread(target=lambda: lasts.append(pause(store, pool)))

    def meanwhile() -> None:
        pausing.start()
        somebody_waits()

    rename(store, user, "before", meanwhile)
    pausing.join()
    with store.unit(writes=False) as unit:
        assert lasts == [unit.history.last_number(pool.id)]
        assert unit.history.preview(pool.id, NOON, lasts[0])["Users"].update == 1


def test_a_change_that_waited_for_a_pause_is_refused(
    store: Store, pool: Pool, user: User, somebody_waits: Callable[[], None]
) -> None:
    ends: list[str] = []

    def late() -> None:
        try:
            rename(store, user, "late")
            ends.append("changed")
        except Paused:
            ends.append("paused")

    changing = threading.Thread(target=late)

    def meanwhile() -> None:
        changing.start()
        somebody_waits()

    pause(store, pool, meanwhile)
    changing.join()
    assert ends == ["paused"]


def test_a_change_that_waited_for_a_pause_that_did_not_come_is_recorded(
    store: Store, pool: Pool, user: User, somebody_waits: Callable[[], None]
) -> None:
    changing = threading.Thread(target=lambda: rename(store, user, "late"))
    with store.unit(writes=True) as unit:
        unit.journal.exclude_writers(pool.id)
        changing.start()
        somebody_waits()
        unit.close()
    changing.join()
    with store.unit(writes=False) as unit:
        assert unit.history.preview(pool.id, NOON)["Users"].update == 1


def test_those_who_record_changes_do_not_wait_for_one_another(store: Store, pool: Pool, user: User) -> None:
    with store.unit(writes=True) as unit:
        other = a_user(unit, pool, "bob")
    rename(store, user, "one", lambda: rename(store, other, "two"))
    with store.unit(writes=False) as unit:
        assert unit.history.preview(pool.id, NOON)["Users"].update == 2


def test_a_point_between_calls_that_overlapped_undoes_each_of_them_whole(store: Store, pool: Pool, user: User) -> None:
    """The later one changed Ana first. The earlier one changed Ana after it, and Bob."""
    with store.unit(writes=True) as unit:
        unit.now = NOON
        bob = a_user(unit, pool, "bob")
    earlier, later = NOON + 10, NOON + 11
    with store.unit(writes=False) as unit:
        as_they_were = {each.username: unit.users.get(each.id) for each in (user, bob)}
    rename_at(store, later, user, "later")
    rename_at(store, earlier, user, "earlier")
    rename_at(store, earlier, bob, "earlier")
    with store.unit(writes=True) as unit:
        unit.history.restore(pool.id, NOON + 10.5)
        assert {each.username: unit.users.get(each.id) for each in (user, bob)} == as_they_were
        unit.close()
    with store.unit(writes=True) as unit:
        unit.history.restore(pool.id, later)
        found = unit.users.get(user.id)
        assert found
        assert found.attributes == {"name": "earlier"}


def rename_at(store: Store, time: float, user: User, name: str) -> None:
    with store.unit(writes=True) as unit:
        unit.now = time
        unit.users.change(user, attributes={"name": name}, searched={})
