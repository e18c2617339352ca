"""Fixtures: what is remembered."""

from __future__ import annotations

import pytest

from storage.records.pools import Client, Pool
from storage.store import Store
from tests.storage.remembered.units import begin, see
from tests.storage.rows import a_client, a_pool


@pytest.fixture
def pool(sqlite: Store) -> Pool:
    """A pool that is remembered."""
    with sqlite.unit(writes=True) as unit:
        pool = a_pool(unit)
    see(sqlite, pool)
    return pool


@pytest.fixture
def client(sqlite: Store, pool: Pool) -> Client:
    """A client of the pool. Both are remembered."""
    with sqlite.unit(writes=True) as unit:
        client = a_client(unit, pool)
    with sqlite.unit(writes=False) as unit:
        begin(unit)
        unit.pools.get(pool.id)
        unit.clients.get(client.id)
    return client
