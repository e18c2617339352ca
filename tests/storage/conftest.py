"""Fixtures: the kinds of databases that the contract suite runs on."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from storage import migrations
from storage.postgresql.database import PostgreSQL
from storage.sqlite import engine_for
from storage.store import Store
from storage.unit import Unit
from tests.conftest import Statements
from tests.postgresql.server import PostgreSQLServer
from tests.storage.rows import VAULT, fill

Kind = Callable[[Path, Path], Store]
"""Opens an empty database at the first path. The second path has the databases that are made once a session."""


def fresh(path: Path, _made: Path) -> Store:
    """A new database."""
    return Store(path, VAULT)


def copied(make: Callable[[Path], None]) -> Kind:
    """A copy of a closed database that `make` created."""

    def open_copy(path: Path, made: Path) -> Store:
        original = made / make.__name__
        if not original.exists():
            make(original)
        shutil.copy(original, path)
        return Store(path, VAULT)

    return open_copy


def used(path: Path) -> None:
    """Create a database whose rows were all deleted."""
    store = Store(path, VAULT)
    with store.unit(writes=True) as unit:
        fill(unit)
    with store.unit(writes=True) as unit:
        unit.delete_everything()
    store.close()


def migrated(path: Path) -> None:
    """Create a database by Alembic's migrations."""
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


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory of the databases that are made once a session and copied."""
    return tmp_path_factory.mktemp("databases")


@pytest.fixture(params=[*KINDS, "postgresql", "postgresql-migrated"])
def store(request: pytest.FixtureRequest, tmp_path: Path, made: Path, statements: Statements) -> Iterator[Store]:
    """An empty database, of each kind in turn."""
    if request.param == "postgresql":
        yield request.getfixturevalue("store_in_postgresql")
        return
    if request.param == "postgresql-migrated":
        yield request.getfixturevalue("store_in_migrated_postgresql")
        return
    store = statements.share(KINDS[request.param](tmp_path / "contract.sqlite3", made))
    yield store
    store.close()


@pytest.fixture(scope="session")
def migrated_template(postgresql: PostgreSQLServer) -> str:
    """A database that Alembic's migrations created."""
    name = postgresql.create()
    database = PostgreSQL(postgresql.server(name))
    with database.exclusively() as connection:
        migrations.migrate(connection)
        connection.commit()
    database.close()
    return name


@pytest.fixture
def store_in_migrated_postgresql(
    postgresql: PostgreSQLServer, migrated_template: str, statements: Statements
) -> Iterator[Store]:
    """That database, empty."""
    store = statements.share(Store(postgresql.server(migrated_template), VAULT))
    yield store
    store.close()
    postgresql.empty(migrated_template)


@pytest.fixture
def unit(store: Store) -> Iterator[Unit]:
    """A writing unit of work."""
    with store.unit(writes=True) as unit:
        yield unit


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Store]:
    """A new SQLite database, for tests of SQLite itself."""
    store = Store(tmp_path / "cognito.sqlite3", VAULT)
    yield store
    store.close()
