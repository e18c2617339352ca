"""The databases that the contract suite runs on."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from storage import migrations
from storage.sqlite import engine_for
from storage.store import Store, Unit
from tests.storage.rows import VAULT, fill

Kind = Callable[[Path, Path], Store]
"""Opens an empty database at a path; what a session makes only once lies in the second."""


def fresh(path: Path, _made: Path) -> Store:
    """A database that did not exist."""
    return Store(path, VAULT)


def copied(make: Callable[[Path], None]) -> Kind:
    """A database that `make` left behind, closed."""

    def open_copy(path: Path, made: Path) -> Store:
        original = made / make.__name__
        if not original.exists():
            make(original)
        shutil.copy(original, path)
        return Store(path, VAULT)

    return open_copy


def used(path: Path) -> None:
    """Make a database that was written and emptied."""
    store = Store(path, VAULT)
    with store.unit(writes=True) as unit:
        fill(unit)
    with store.unit(writes=True) as unit:
        unit.delete_everything()
    store.close()


def migrated(path: Path) -> None:
    """Make a database that Alembic brought up from nothing."""
    engine = engine_for(path)
    with engine.connect().execution_options(writes=True) as connection:
        migrations.migrate(connection)
        connection.commit()
    engine.dispose()


KINDS: dict[str, Kind] = {
    "fresh": fresh,
    "reopened": copied(used),
    "migrated": copied(migrated),
}
"""PostgreSQL joins here, with one line."""


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where databases lie that are made once and copied."""
    return tmp_path_factory.mktemp("databases")


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest, tmp_path: Path, made: Path) -> Iterator[Store]:
    """An empty database of every kind: what a test asks of it is the contract."""
    store = KINDS[request.param](tmp_path / "contract.sqlite3", made)
    yield store
    store.close()


@pytest.fixture
def unit(store: Store) -> Iterator[Unit]:
    """A unit that writes."""
    with store.unit(writes=True) as unit:
        yield unit


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Store]:
    """A fresh SQLite file, where SQLite itself is asked."""
    store = Store(tmp_path / "cognito.sqlite3", VAULT)
    yield store
    store.close()
