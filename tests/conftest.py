"""What tests stand in: a stopped clock, seeded randomness, a fresh database, and the app in the same process."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from flask import Flask
from sqlalchemy import Dialect

from emulator.app import create_app
from emulator.outside.background import Queue
from emulator.outside.clock import MovableClock
from emulator.outside.key_reserve import SharedReserve
from emulator.outside.shared.world import prepare, shared
from emulator.outside.world import World
from emulator.settings import Settings
from keys.entropy import SeededEntropy
from keys.signing import SigningKey
from keys.vault import Vault
from storage.store import Store
from tests.builders import Api
from tests.postgresql.server import PostgreSQLServer

hypothesis.settings.register_profile("house", derandomize=True, deadline=None)
hypothesis.settings.load_profile("house")  # the same examples each time: neither time nor randomness leaks in

NOON = 1_800_000_000.0
"""2027-01-15T08:00:00Z, when every test begins."""


VAULT = Vault(bytes(range(32)))


@dataclass(frozen=True)
class Template:
    """A database to copy, and the SQL of the statements that the tests of a session ran."""

    path: Path
    dialect: Dialect
    statements: dict[Any, Any] = field(default_factory=dict)

    def share_statements(self, store: Store) -> None:
        """Let a store use them: SQLAlchemy keeps compiled SQL by dialect, and a new engine has neither."""
        store.engine.dialect = self.dialect
        store.engine.update_execution_options(compiled_cache=self.statements)


@pytest.fixture(autouse=True)
def unconfigured_log() -> Iterator[None]:
    """Leave the logger as it was: `cli.main` configures it for its whole process, and tests share one."""
    logger = logging.getLogger("cognito_emulator")
    before = logger.handlers[:], logger.level, logger.propagate
    yield
    logger.handlers[:], logger.level, logger.propagate = before


@pytest.fixture(scope="session")
def signing_keys() -> list[SigningKey]:
    """RSA keys that the tests of a session share."""
    return []


@pytest.fixture
def world(signing_keys: list[SigningKey], request: pytest.FixtureRequest) -> Iterator[World]:
    """The test forms of the ports; with `--shared`, the forms that processes share where there are any."""
    reserve = SharedReserve(signing_keys)
    world = World(MovableClock(stopped=NOON), SeededEntropy(7), key_reserve=reserve, background=Queue())
    if not request.config.getoption("--shared"):
        yield world
        return
    store: Store = request.getfixturevalue("store")
    prepare(store)
    with shared(world, store) as world:
        yield world


@pytest.fixture
def settings() -> Settings:
    """The default settings, of an ephemeral server."""
    return Settings(ephemeral=True)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """An empty database of the present schema."""
    path = tmp_path_factory.mktemp("template") / "cognito.sqlite3"
    store = Store(path, VAULT)
    store.close()
    return Template(path, store.engine.dialect)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQLServer]:
    """A PostgreSQL server, started by the first test that wants one."""
    server = PostgreSQLServer()
    yield server
    server.close()


@pytest.fixture(scope="session")
def postgresql_template(postgresql: PostgreSQLServer) -> str:
    """An empty database of the present schema, to be copied."""
    name = postgresql.create()
    Store(postgresql.server(name), VAULT).close()
    return name


@pytest.fixture(scope="session")
def postgresql_database(postgresql: PostgreSQLServer, postgresql_template: str) -> str:
    """The database of one test after the other, each of which leaves it empty."""
    return postgresql.create(postgresql_template)


@pytest.fixture
def empty_postgresql(postgresql: PostgreSQLServer) -> Iterator[str]:
    """The URL of a database without tables."""
    name = postgresql.create()
    yield postgresql.url(name)
    postgresql.drop(name)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--on", choices=["sqlite", "postgresql"], default="sqlite", help="the database of most tests")
    parser.addoption(
        "--shared", action="store_true", help="inbox, clock, events and rates as several processes have them"
    )


@pytest.fixture
def kind_of_database(request: pytest.FixtureRequest) -> str:
    """`sqlite` or `postgresql`. Directories of tests that run on both override it."""
    return str(request.config.getoption("--on"))


@pytest.fixture
def store(kind_of_database: str, request: pytest.FixtureRequest) -> Store:
    """A fresh database."""
    kept: Store = request.getfixturevalue(f"store_in_{kind_of_database}")
    return kept


@pytest.fixture
def store_in_postgresql(postgresql: PostgreSQLServer, postgresql_database: str) -> Iterator[Store]:
    """An empty database."""
    store = Store(postgresql.server(postgresql_database), VAULT)
    yield store
    store.close()
    postgresql.empty(postgresql_database)


@pytest.fixture
def store_in_sqlite(tmp_path: Path, template: Template) -> Iterator[Store]:
    """A fresh database: a copy of the template, since making one takes ten times as long."""
    path = tmp_path / "cognito.sqlite3"
    shutil.copyfile(template.path, path)
    store = Store(path, VAULT)
    template.share_statements(store)
    yield store
    store.close()


@pytest.fixture
def app(settings: Settings, world: World, store: Store) -> Flask:
    """The application."""
    return create_app(settings, world, store)


@pytest.fixture
def api(app: Flask, world: World) -> Api:
    """The application as its callers meet it."""
    return Api(app.test_client(), world)
