"""Prepared queries: the driver gives what SQLAlchemy gives, in the same transaction."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import bindparam, event, select
from sqlalchemy.exc import StatementError

from storage.prepared import Prepared
from storage.store import Store
from storage.tables.users import users
from tests.storage.rows import fill

_QUERY = (
    select(users)
    .where(users.c.pool_id == bindparam("pool_id"), users.c.enabled == bindparam("enabled"), users.c.id > 0)
    .order_by(users.c.id)
    .limit(bindparam("limit"))
)


@pytest.mark.parametrize("enabled", [True, False])
@pytest.mark.parametrize("limit", [0, 1, 60])
def test_its_rows_are_those_of_sqlalchemy(store: Store, enabled: bool, limit: int) -> None:
    """JSON, Booleans, NULLs and bytes among them."""
    with store.unit(writes=True) as unit:
        pool_id = fill(unit).user.pool_id
    with store.unit(writes=False) as unit:
        wanted: dict[str, Any] = {"pool_id": pool_id, "enabled": enabled, "limit": limit}
        rows = [tuple(row) for row in unit.rows(Prepared(_QUERY), wanted)]
        assert rows == [tuple(row) for row in unit.read(_QUERY, wanted)]
        assert bool(rows) == (enabled and limit > 0)


def test_it_sees_what_its_own_transaction_has_written_and_no_other(store: Store) -> None:
    with store.unit(writes=True) as unit:
        user = fill(unit).user
        query = Prepared(select(users.c.status).where(users.c.id == bindparam("id")))
        unit.users.change(user, status="ARCHIVED")
        assert [*map(tuple, unit.rows(query, {"id": user.id}))] == [("ARCHIVED",)]
        with store.unit(writes=False) as other:
            assert list(other.rows(query, {"id": user.id})) == []


def test_who_listens_to_statements_hears_it(store: Store) -> None:
    heard: list[str] = []

    def hear(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        heard.append(statement.split(maxsplit=1)[0])

    event.listen(store.engine, "before_cursor_execute", hear)
    try:
        with store.unit(writes=False) as unit:
            assert unit.users.get(1) is None
    finally:
        event.remove(store.engine, "before_cursor_execute", hear)
    assert heard == ["SELECT"]


def test_what_a_unit_wrote_is_gone_when_it_raises_and_the_next_transaction_is_another(store: Store) -> None:
    """Also where SQLAlchemy has seen none of its statements."""
    with store.unit(writes=True) as unit:
        user = fill(unit).user
    with pytest.raises(ZeroDivisionError), store.unit(writes=True) as unit:
        unit.users.change(user, status="ARCHIVED")
        raise ZeroDivisionError
    with store.unit(writes=False) as unit:
        assert unit.users.get(user.id) == user


def test_a_write_tells_the_rows_it_changed_and_the_key_that_the_database_assigned(store: Store) -> None:
    with store.unit(writes=True) as unit:
        user = fill(unit).user
    with store.unit(writes=True) as unit:
        enable = Prepared(users.update().where(users.c.id == bindparam("this_id")))
        assert unit.write(enable, {"this_id": user.id, "enabled": False}).rowcount == 1
        assert unit.write(enable, {"this_id": -1, "enabled": False}).rowcount == 0
        added = unit.users.add(replace(user, username="other", sub="other"), key="other", searched={})
    with store.unit(writes=False) as unit:
        assert unit.users.get(user.id) == replace(user, enabled=False)
        assert unit.users.get(added.id) == added


def test_who_listens_to_statements_hears_a_write(store: Store) -> None:
    heard: list[str] = []

    def hear(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        heard.append(" ".join(statement.split()[:2]))

    with store.unit(writes=True) as unit:
        user = fill(unit).user
    event.listen(store.engine, "before_cursor_execute", hear)
    try:
        with store.unit(writes=True) as unit:
            unit.users.change(user, password="hash")
    finally:
        event.remove(store.engine, "before_cursor_execute", hear)
    assert "UPDATE users" in heard


def test_a_parameter_that_is_missing_is_a_mistake(store: Store) -> None:
    with store.unit(writes=False) as unit, pytest.raises((KeyError, StatementError), match="enabled"):
        unit.rows(Prepared(_QUERY), {"pool_id": "p", "limit": 1})
