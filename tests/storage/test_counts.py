"""The number of users of a pool where units that write run side by side, in PostgreSQL."""

from __future__ import annotations

import pytest

from storage.records.pools import Pool
from storage.store import Store
from tests.storage.remembered.units import once
from tests.storage.rows import a_pool, a_user


@pytest.fixture
def store(store_in_postgresql: Store) -> Store:
    return store_in_postgresql


@pytest.fixture
def pool(store: Store) -> Pool:
    """A pool with a user."""
    with store.unit(writes=True) as unit:
        pool = a_pool(unit)
        a_user(unit, pool)
    return pool


def add(store: Store, pool: Pool) -> None:
    with store.unit(writes=True) as unit:
        a_user(unit, pool, "late")


def test_a_user_who_is_added_while_the_pool_is_emptied_stays_and_is_counted(store: Store, pool: Pool) -> None:
    with once(store, "after_cursor_execute", lambda: add(store, pool)) as done, store.unit(writes=True) as unit:
        unit.pool_contents.delete(pool)
    assert done
    with store.unit(writes=False) as unit:
        kept = unit.users.page(pool.id, 10, None).items
        assert [user.username for user in kept] == ["late"]
        assert unit.users.count(pool.id) == 1
