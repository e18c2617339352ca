"""PostgreSQL behind a pooler that gives each transaction another connection to the server, as PgBouncer may."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import closing

import psycopg
import pytest
from sqlalchemy import make_url, select, text
from sqlalchemy.exc import OperationalError

from storage.failures import Contended, DatabaseUnusable
from storage.postgresql.database import PostgreSQL
from storage.postgresql.driver import Pooler
from storage.postgresql.statements import Statement
from storage.prepared import Prepared
from storage.server import Server
from storage.store import Store
from tests.conftest import VAULT
from tests.postgresql.pooler import pooling
from tests.postgresql.server import PostgreSQLServer
from tests.storage.rows import a_pool, a_user

_ONE = Prepared(select(text("1")))
_TIMEOUT = text("SHOW statement_timeout")


def at(port: int, url: str) -> Server:
    """The database of a URL, behind the pooler at a port."""
    return Server(make_url(url).set(port=port).render_as_string(), patience=1)


@pytest.fixture
def pooled(postgresql: PostgreSQLServer, empty_postgresql: str) -> Iterator[Server]:
    """An empty database, behind a pooler."""
    with pooling(postgresql.port) as port:
        yield at(port, empty_postgresql)


@pytest.fixture
def store(pooled: Server) -> Iterator[Store]:
    with closing(Store(pooled, VAULT)) as store:
        yield store


def database_of(store: Store) -> PostgreSQL:
    assert isinstance(store.database, PostgreSQL)
    return store.database


def test_lost_statements_are_sent_whole_from_the_first_one_on_and_the_log_says_so_once(
    pooled: Server, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, "cognito_emulator"), closing(Store(pooled, VAULT)) as store:
        for name in ("ana", "bea", "cid"):
            with store.unit(writes=True) as unit:
                pool = a_pool(unit, f"us-east-1_{name}")
                user = a_user(unit, pool, name)
            with store.unit(writes=False) as unit:
                assert unit.users.get(user.id) == user
            with store.unit(writes=False) as one, store.unit(writes=False) as other:
                assert one.users.get(user.id) == other.users.get(user.id) == user
    [told] = caplog.messages
    assert told.startswith("the pooler between this server and the database loses prepared statements")


def test_a_transaction_that_has_begun_is_to_be_run_again_when_a_statement_is_lost(
    postgresql: PostgreSQLServer, empty_postgresql: str
) -> None:
    with (
        closing(Store(Server(empty_postgresql), VAULT)) as store,
        closing(database_of(store).session(False)) as session,
    ):
        session.driver.pooler = pooler = Pooler()
        assert session.rows(_ONE, {}) == [(1,)]
        session.connection.execute(text("DEALLOCATE ALL"))
        with pytest.raises(Contended):
            session.rows(_ONE, {})
        assert not pooler.keeps_statements


def test_each_transaction_has_the_limits_of_time_and_leaves_none_behind(store: Store) -> None:
    database = database_of(store)
    for _ in range(4):
        with database.transaction(False) as connection:
            assert connection.execute(_TIMEOUT).scalar() == "1s"
        with database.engine.connect() as connection:
            assert connection.execute(_TIMEOUT).scalar() == "0"
    with pytest.raises(OperationalError, match="statement timeout"), database.transaction(False) as connection:
        connection.execute(text("SELECT pg_sleep(30)"))


def test_a_server_without_a_pooler_keeps_its_statements_and_its_limits(
    postgresql: PostgreSQLServer, empty_postgresql: str
) -> None:
    with closing(Store(Server(empty_postgresql, patience=1), VAULT)) as store:
        database = database_of(store)
        session = database.session(False)
        assert session.driver.pooler is None
        assert session.connection.execute(_TIMEOUT).scalar() == "1s"
        session.connection.execute(text("DEALLOCATE ALL"))
        session.close()
        lost = database.session(False)
        with pytest.raises(psycopg.errors.InvalidSqlStatementName):
            lost.send()
        lost.close()


def test_a_pooler_that_refuses_transactions_is_told_in_its_words(
    postgresql: PostgreSQLServer, empty_postgresql: str
) -> None:
    with (
        pooling(postgresql.port, allows_transactions=False) as port,
        pytest.raises(DatabaseUnusable, match="its server cannot be reached") as refused,
    ):
        Store(at(port, empty_postgresql), VAULT)
    assert refused.value.detail == "transaction blocks not allowed in statement pooling mode"


def test_statements_of_the_same_name_are_the_same_in_every_process() -> None:
    one, again, other = (Statement(text(f"SELECT {number}")) for number in (1, 1, 2))
    assert one.name == again.name != other.name
