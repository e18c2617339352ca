"""What PostgreSQL is sent together: reading ahead, statements that nobody waits for, and what becomes of errors."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import psycopg
import pytest
from msgspec.structs import replace
from sqlalchemy import String, bindparam, select, text

from storage.postgresql.driver import LimitedConnection
from storage.postgresql.session import Session
from storage.prepared import Prepared
from storage.records.pools import Client, Pool
from storage.records.sign_ins import RefreshToken
from storage.records.users import User
from storage.store import Store
from storage.tables.clients import user_pool_clients
from storage.tables.users import users
from storage.unit import Unit
from storage.violations import StaleRead, UniqueViolation
from tests.postgresql.server import PostgreSQLServer
from tests.storage.rows import a_client, a_family, a_pool, a_user
from tests.storage.test_postgresql import meanwhile

_STATUS = Prepared(select(users.c.status).where(users.c.id == bindparam("id")))


@pytest.fixture
def store(store_in_postgresql: Store) -> Store:
    return store_in_postgresql


@pytest.fixture
def pool(store: Store) -> Pool:
    with store.unit(writes=True) as unit:
        return a_pool(unit)


@pytest.fixture
def client(store: Store, pool: Pool) -> Client:
    with store.unit(writes=True) as unit:
        return a_client(unit, pool)


@pytest.fixture
def user(store: Store, pool: Pool) -> User:
    with store.unit(writes=True) as unit:
        return a_user(unit, pool, "ana")


@pytest.fixture
def trips(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many statements were sent in each round trip."""
    counted: list[int] = []
    exchange = LimitedConnection.exchange

    def count(self: LimitedConnection, asked: Any) -> Any:
        counted.append(len(asked))
        return exchange(self, asked)

    monkeypatch.setattr(LimitedConnection, "exchange", count)
    return counted


def driver_of(unit: Unit) -> LimitedConnection:
    session = unit._session()
    assert isinstance(session, Session)
    return session.driver


def test_a_unit_of_one_query_waits_once(store: Store, user: User, trips: list[int]) -> None:
    for _ in range(2):
        with store.unit(writes=False) as unit:
            assert unit.users.get(user.id) == user
    assert trips == [2, 2]


def test_what_is_read_ahead_comes_with_the_next_query(
    store: Store, client: Client, user: User, trips: list[int]
) -> None:
    with store.unit(writes=True, configures=False) as unit:
        unit.pools.read_ahead_of_client(client.id)
        unit.pool_keys.read_ahead_of_client(client.id)
        unit.clients.read_ahead_secrets(client.id)
        assert unit.clients.get(client.id) == client
        found = unit.pools.get(client.pool_id)
        assert found is not None
        assert found.id == client.pool_id
        assert unit.clients.secrets(client.id) == []
        assert trips == [5]
        assert unit.pool_keys.of(client.pool_id) == {}  # no rows tell no pool
    assert trips == [5, 1]


def test_what_is_read_ahead_is_asked_for_when_nothing_else_is(store: Store, user: User, trips: list[int]) -> None:
    with store.unit(writes=False) as unit:
        unit.users.read_ahead_with_sub(user.pool_id, user.sub)
        assert unit.users.with_sub(user.pool_id, user.sub) == user
        assert unit.users.with_sub(user.pool_id, user.sub) == user
    assert trips == [2, 1]


def test_what_is_read_after_a_row_is_locked_comes_with_it_once(store: Store, client: Client, trips: list[int]) -> None:
    with store.unit(writes=True) as unit:
        unit.clients.count_after(client.pool_id)
        assert unit.pools.get(client.pool_id)
        assert unit.clients.count(client.pool_id) == 1
        assert trips == [3]
        assert unit.clients.count(client.pool_id) == 1
        assert trips == [3, 1]


def test_what_was_read_after_is_forgotten_when_the_unit_writes(store: Store, pool: Pool, trips: list[int]) -> None:
    with store.unit(writes=True) as unit:
        unit.clients.count_after(pool.id)
        assert unit.pools.get(pool.id)
        a_client(unit, pool)
        assert unit.clients.count(pool.id) == 1
    assert trips == [3, 1, 1, 2]  # with the new version of the configuration


def test_what_is_to_be_read_after_a_statement_is_not_read_before_one_that_sqlalchemy_runs(
    store: Store, pool: Pool
) -> None:
    """It would tell what was there before that has written."""
    row = {"id": "new", "pool_id": pool.id, "name": "new", "settings": {}, "created": 0.0, "modified": 0.0}
    with store.unit(writes=True) as unit:
        unit.clients.count_after(pool.id)
        unit.write(user_pool_clients.insert(), row)
        assert unit.clients.count(pool.id) == 1


def test_what_is_read_after_a_row_is_locked_tells_what_others_did_who_had_locked_it(store: Store, pool: Pool) -> None:
    counted: list[int] = []

    def count() -> None:
        with store.unit(writes=True) as unit:
            unit.clients.count_after(pool.id)
            unit.pools.get(pool.id)
            counted.append(unit.clients.count(pool.id))

    with ExitStack() as stack, store.unit(writes=True) as unit:
        unit.pools.get(pool.id)
        ended = stack.enter_context(meanwhile(store, count))
        assert not ended.done()
        a_client(unit, pool)
    assert counted == [1]


@pytest.mark.parametrize("how", ["write", "write_unread", "lock", "a locked row"])
def test_what_was_read_ahead_is_forgotten_when_the_unit_writes_or_locks(
    store: Store, client: Client, user: User, how: str
) -> None:
    def change() -> None:
        with store.unit(writes=True) as other:
            other.clients.change(client, modified=client.modified, name="another", settings=client.settings)

    does: dict[str, Callable[[Unit], object]] = {
        "write": lambda unit: unit.write(users.update().where(users.c.id == user.id), {"status": "ARCHIVED"}),
        "write_unread": lambda unit: unit.users.change(user, status="ARCHIVED"),
        "lock": lambda unit: unit.lock("a name"),
        "a locked row": lambda unit: unit.users.get(user.id),
    }
    with store.unit(writes=True, configures=False) as unit:
        unit.clients.read_ahead(client.id)
        unit.rows(_STATUS, {"id": user.id})
        change()
        does[how](unit)
        assert unit.clients.get(client.id) == replace(client, name="another")


def test_what_nobody_waits_for_is_sent_with_the_commit(
    store: Store, client: Client, user: User, trips: list[int]
) -> None:
    family = a_family(client, user)
    with store.unit(writes=True, configures=False) as unit:
        assert unit.users.get(user.id) == user
        unit.tokens.add(family, RefreshToken("digest", family.origin_jti, 1.0))
        unit.users.change(user, verifier=b"v")
    assert trips == [2, 4]
    with store.unit(writes=False) as unit:
        assert unit.tokens.get(family.origin_jti) == family
        assert unit.users.get(user.id) == replace(user, verifier=b"v")


def test_an_error_of_what_nobody_waits_for_is_told_apart_and_nothing_is_committed(
    store: Store, pool: Pool, client: Client, user: User
) -> None:
    family = a_family(client, user)
    with pytest.raises(StaleRead), store.unit(writes=True) as unit:
        a_user(unit, pool, "bob")
        unit.tokens.add(replace(family, client_id="nobody"), None)
    with store.unit(writes=True) as unit:
        unit.tokens.add(family, None)
    with pytest.raises(UniqueViolation) as refused, store.unit(writes=True) as unit:
        unit.users.change(user, status="ARCHIVED")
        unit.tokens.add(family, None)
        unit.users.get(user.id)
    assert refused.value.table == "token_families"
    with store.unit(writes=False) as unit:
        assert [each.username for each in unit.users.page(client.pool_id, 10, None).items] == ["ana"]
        assert unit.users.get(user.id) == user


def test_a_transaction_that_has_failed_is_not_committed_silently(store: Store, user: User) -> None:
    with pytest.raises(psycopg.errors.InFailedSqlTransaction), store.unit(writes=True) as unit:
        unit.users.change(user, status="ARCHIVED")
        with pytest.raises(Exception, match="division by zero"):
            unit.read(text("SELECT 1 / 0"))
    with store.unit(writes=False) as unit:
        assert unit.users.get(user.id) == user


def test_a_statement_that_failed_leaves_the_connection_usable(store: Store, user: User) -> None:
    zero = Prepared(select(text("1 / 0")).where(users.c.id == bindparam("id")))
    for _ in range(2):
        with pytest.raises(psycopg.errors.DivisionByZero), store.unit(writes=False) as unit:
            unit.rows(zero, {"id": user.id})
        with store.unit(writes=False) as unit:
            assert unit.users.get(user.id) == user


def test_a_text_with_u_0000_is_not_cut_off(store: Store, user: User) -> None:
    plain = Prepared(select(users.c.id).where(users.c.username == bindparam("name", type_=String)))
    with pytest.raises(psycopg.DataError, match="NUL"), store.unit(writes=False) as unit:
        unit.rows(plain, {"name": "ana\0x"})


def test_a_connection_that_breaks_within_a_transaction_is_not_replaced(
    store: Store, user: User, postgresql: PostgreSQLServer
) -> None:
    with pytest.raises(Exception, match="cannot be reached"), store.unit(writes=True) as unit:
        unit.users.change(user, status="ARCHIVED")
        unit.users.get(user.id)
        postgresql.execute(f"SELECT pg_terminate_backend({driver_of(unit).pgconn.backend_pid})")
        unit.users.get(user.id)
    with store.unit(writes=False) as unit:
        assert unit.users.get(user.id) == user


def test_many_statements_that_nobody_waits_for_are_sent_in_parts(
    store: Store, client: Client, user: User, trips: list[int]
) -> None:
    with store.unit(writes=True, configures=False) as unit:
        for number in range(250):
            unit.tokens.add(replace(a_family(client, user), origin_jti=str(number), event_id=str(number)), None)
        assert max(trips) == 100
    with store.unit(writes=False) as unit:
        assert len(unit.tokens.of(user.id)) == 250
