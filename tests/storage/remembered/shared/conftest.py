"""Fixtures: the stores of two processes on one database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from storage.records.pools import Pool
from storage.store import Store
from tests.conftest import VAULT
from tests.storage.remembered.shared.stores import followed
from tests.storage.remembered.units import see
from tests.storage.rows import a_pool


@pytest.fixture(params=["sqlite", "postgresql"])
def kind_of_database(request: pytest.FixtureRequest) -> str:
    """Both."""
    return str(request.param)


@pytest.fixture
def store(kind_of_database: str, request: pytest.FixtureRequest) -> Store:
    """An empty database."""
    kept: Store = request.getfixturevalue(f"store_in_{kind_of_database}")
    return kept


@pytest.fixture
def stores(store: Store) -> Iterator[tuple[Store, Store]]:
    """The stores of two processes on one database, which follow its state."""
    with store.unit(writes=True) as unit:
        unit.server_state.begin()
    with ExitStack() as stack:
        found = (Store(store.place, VAULT, several=True), Store(store.place, VAULT, several=True))
        for each in found:
            stack.callback(each.close)
            each.on_state = followed
            see(each, Pool("us-east-1_none", "us-east-1", "", {}, 0, 0))  # has followed the state once
        yield found


@pytest.fixture
def here(stores: tuple[Store, Store]) -> Store:
    """One of them."""
    return stores[0]


@pytest.fixture
def there(stores: tuple[Store, Store]) -> Store:
    """The other."""
    return stores[1]


@pytest.fixture
def pool(here: Store) -> Pool:
    """A pool that is remembered here."""
    with here.unit(writes=True) as unit:
        pool = a_pool(unit)
    assert see(here, pool) == pool.name
    return pool
