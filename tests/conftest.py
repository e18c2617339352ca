"""What tests stand in: a stopped clock, seeded randomness, a fresh database, and the app in the same process."""

from __future__ import annotations

import gc
import logging
import shutil
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from flask import Flask
from sqlalchemy import Dialect
from werkzeug.routing import Rule

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


class _Rule(Rule):
    """A route whose URLs are built by code that is compiled when one is built, not for each test's application."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        def build(rule: Rule, **values: Any) -> tuple[str, str]:
            compiled = super(_Rule, self)._compile_builder(append_unknown)
            return compiled.__get__(rule, None)(**values)  # type: ignore[no-any-return]

        return build


Flask.url_rule_class = _Rule


class Statements:
    """The SQL of the statements that the tests of a session ran, which their stores share.

    SQLAlchemy keeps compiled SQL by dialect, and a new engine has neither.
    """

    def __init__(self) -> None:
        self._shared: dict[str, tuple[Dialect, dict[Any, Any]]] = {}

    def share(self, store: Store) -> Store:
        """Let a store use them, and return the store."""
        own = store.engine.dialect
        dialect, compiled = self._shared.setdefault(own.name, (own, {}))
        store.engine.dialect = dialect
        store.engine.update_execution_options(compiled_cache=compiled)
        return store


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
def statements() -> Statements:
    """The compiled SQL that the stores of a session share."""
    return Statements()


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database of the present schema, to be copied."""
    path = tmp_path_factory.mktemp("template") / "cognito.sqlite3"
    Store(path, VAULT).close()
    return path


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
    parser.addoption("--thorough", action="store_true", help="also what repeats other tests, as before a release")
    parser.addoption("--kills", type=int, default=1, help="how often each test of tests/postgresql kills a process")
    parser.addoption("--servers", type=int, default=3, help="how many servers start at once on one database")
    parser.addoption(
        "--shared", action="store_true", help="inbox, clock, events and rates as several processes have them"
    )


def pytest_report_header(config: pytest.Config) -> str:
    """Say what is left out: pytest-xdist does not count it."""
    return "thorough" if config.getoption("--thorough") else "not thorough: tests that repeat others are left out"


def pytest_collection_finish() -> None:
    """Spare the garbage collector what was collected, which stays to the end: a sixth of the time of most tests."""
    _use_hypothesis()
    gc.collect()
    gc.freeze()


def _use_hypothesis() -> None:
    """Run one property: at the first one, Hypothesis looks for the objects that refer to its Random, and warns if there
    are none. With Python 3.14 it does not find those that are frozen.
    """

    @hypothesis.settings(max_examples=1, database=None)
    @hypothesis.given(hypothesis.strategies.none())
    def anything(_: None) -> None:
        pass

    anything()


@pytest.hookimpl(wrapper=True, optionalhook=True)
def pytest_xdist_auto_num_workers() -> Generator[None, int, int]:
    """One process more than there are processors, since some tests wait."""
    processors = yield
    return processors + 1


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what only a thorough run repeats."""
    if config.getoption("--thorough"):
        return
    config.hook.pytest_deselected(items=[item for item in items if item.get_closest_marker("thorough")])
    items[:] = [item for item in items if not item.get_closest_marker("thorough")]


@pytest.fixture
def thorough(request: pytest.FixtureRequest) -> bool:
    """Whether a test is to repeat what it does as often as before a release."""
    return bool(request.config.getoption("--thorough"))


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
def store_in_postgresql(
    postgresql: PostgreSQLServer, postgresql_database: str, statements: Statements
) -> Iterator[Store]:
    """An empty database."""
    store = statements.share(Store(postgresql.server(postgresql_database), VAULT))
    yield store
    store.close()
    postgresql.empty(postgresql_database)


@pytest.fixture
def store_in_sqlite(tmp_path: Path, template: Path, statements: Statements) -> Iterator[Store]:
    """A fresh database: a copy of the template, since making one takes ten times as long."""
    path = tmp_path / "cognito.sqlite3"
    shutil.copyfile(template, path)
    store = statements.share(Store(path, VAULT))
    yield store
    store.close()


@pytest.fixture
def app(settings: Settings, world: World, store: Store) -> Flask:
    """The application."""
    return create_app(settings, world, store, is_new=True)


@pytest.fixture
def api(app: Flask, world: World) -> Api:
    """The application as its callers meet it."""
    return Api(app.test_client(), world)
