"""Servers that are started at once on one PostgreSQL: one of them applies the seed, the others find it applied."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from emulator import registry, work
from emulator.context import Context
from emulator.outside.world import World
from emulator.seed import applying, files
from emulator.seed.applying import Applied
from emulator.settings import Settings
from storage.store import Store
from tests.conftest import VAULT
from tests.postgresql.server import PostgreSQLServer, wait_until
from tests.seed.documents import EXAMPLE

_WAITING = "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"


@pytest.fixture
def store(store_in_postgresql: Store) -> Store:
    registry.load()
    return store_in_postgresql


@pytest.fixture
def another(store: Store, postgresql: PostgreSQLServer, postgresql_database: str) -> Iterator[Store]:
    """The same database, as another server opens it."""
    opened = Store(postgresql.server(postgresql_database), VAULT)
    yield opened
    opened.close()


def test_the_second_waits_for_the_first(
    store: Store,
    another: Store,
    world: World,
    postgresql: PostgreSQLServer,
    postgresql_database: str,
    tmp_path: Path,
) -> None:
    path = tmp_path / "seed.yaml"
    path.write_text(EXAMPLE, encoding="utf-8")
    settings = Settings(seed=(path,))
    found: list[Applied] = []
    second = threading.Thread(target=lambda: found.append(files.apply(settings, world, another)))

    def first(context: Context) -> Applied:
        with files.Files((path,)).entries() as entries:
            applied = applying.apply(context, entries)
        second.start()
        wait_until(lambda: bool(postgresql.execute(_WAITING, postgresql_database)))
        return applied

    assert work.run_job(store, world, settings, first) == Applied(created=4)
    second.join()
    assert found == [Applied(unchanged=4)]
