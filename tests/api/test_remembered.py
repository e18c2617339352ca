"""Calls do not read configuration again that an earlier call has read, and always have the present one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import event

from emulator import work
from emulator.context import Context, RequestOrigin
from emulator.outside.world import World
from emulator.settings import Settings
from storage.store import Store
from storage.unit import Unit
from tests.builders import Api, Refused, a_client, a_pool, a_user, sign_in

Asking = Callable[[Callable[[], object]], list[str]]


@pytest.fixture
def kind_of_database() -> str:
    """Nothing is remembered with PostgreSQL."""
    return "sqlite"


@pytest.fixture
def asked(store: Store) -> Iterator[Asking]:
    """The tables of the queries that something runs."""
    tables: list[str] = []

    def hear(_c: Any, _cursor: Any, sql: str, *_: Any) -> None:
        tables.extend(re.findall(r"^SELECT.+?FROM (\w+)", sql, re.DOTALL))

    def ask(act: Callable[[], object]) -> list[str]:
        tables.clear()
        act()
        return list(tables)

    event.listen(store.engine, "before_cursor_execute", hear)
    yield ask
    event.remove(store.engine, "before_cursor_execute", hear)


def run(store: Store, world: World, function: Callable[[Context], Any]) -> tuple[Any, int]:
    """Run a function as a call that reads: what it returns, and how often it ran."""
    runs: list[Context] = []

    def counted(context: Context) -> Any:
        runs.append(context)
        return function(context)

    def begin(unit: Unit) -> Context:
        return Context(unit, world, Settings(ephemeral=True), RequestOrigin())

    return work.run(store, False, begin, counted), len(runs)


def test_the_second_call_does_not_ask_for_the_pool(api: Api, asked: Asking) -> None:
    pool = a_pool(api)
    a_user(api, pool)
    api.idp("UpdateUserPool", UserPoolId=pool)

    def call() -> None:
        api.idp("AdminGetUser", UserPoolId=pool, Username="ana")

    assert [asked(call), asked(call)] == [["user_pools", "users"], ["users"]]


def test_a_call_with_an_access_token_asks_for_the_user_alone(api: Api, asked: Asking) -> None:
    pool = a_pool(api)
    client = a_client(api, pool)
    a_user(api, pool)
    token = sign_in(api, client)["AccessToken"]

    def call() -> None:
        api.idp("GetUser", AccessToken=token)

    api.idp("UpdateUserPool", UserPoolId=pool)
    assert asked(call) == ["user_pools", "users", "token_families"]
    assert asked(call) == ["users", "token_families"]


def test_a_key_set_is_shown_without_a_query(api: Api, asked: Asking) -> None:
    pool = a_pool(api)

    def call() -> None:
        assert len(api.http.get(f"/{pool}/.well-known/jwks.json").get_json()["keys"]) == 2

    assert [asked(call), asked(call)] == [["pool_keys"], []]


def test_a_call_has_the_pool_as_the_call_before_has_changed_it(api: Api) -> None:
    pool = a_pool(api)
    for name in ("one", "two"):
        api.idp("UpdateUserPool", UserPoolId=pool, PoolName=name)
        for _ in range(2):
            assert api.idp("DescribeUserPool", UserPoolId=pool)["UserPool"]["Name"] == name


def test_a_pool_that_was_deleted_is_gone_with_its_clients(api: Api) -> None:
    pool = a_pool(api)
    client = a_client(api, pool)
    for _ in range(2):
        api.idp("DescribeUserPoolClient", UserPoolId=pool, ClientId=client)
    api.idp("DeleteUserPool", UserPoolId=pool)
    with pytest.raises(Refused, match=f"User pool {pool} does not exist"):
        api.idp("DescribeUserPool", UserPoolId=pool)
    with pytest.raises(Refused, match=f"User pool client {client} does not exist"):
        api.idp("InitiateAuth", ClientId=client, AuthFlow="USER_PASSWORD_AUTH", AuthParameters={"USERNAME": "ana"})


def test_a_call_that_was_overtaken_runs_again_and_sees_one_moment(api: Api, store: Store, world: World) -> None:
    pool = a_pool(api)
    api.idp("DescribeUserPool", UserPoolId=pool)

    def count_users(context: Context) -> tuple[int, int]:
        found = context.unit.pools.get(pool)
        if not overtaken:
            overtaken.append(a_user(api, pool))
            api.idp("UpdateUserPool", UserPoolId=pool)
        users = context.unit.users.page(pool, 60, None).items
        return (context.unit.users.count(pool) if found else 0, len(users))

    overtaken: list[object] = []
    assert run(store, world, count_users) == ((1, 1), 2)


def test_a_call_that_is_overtaken_each_time_runs_twice(api: Api, store: Store, world: World) -> None:
    """The second time, it takes nothing before its first statement."""
    pool = a_pool(api)
    api.idp("DescribeUserPool", UserPoolId=pool)

    def look(context: Context) -> bool:
        context.unit.pools.get(pool)
        api.idp("UpdateUserPool", UserPoolId=pool)
        seen.append(None)
        return context.unit.users.get(0) is None

    seen: list[None] = []
    assert run(store, world, look) == (True, 2)


def test_with_request_rates_no_call_is_counted_twice(api: Api, store: Store, world: World) -> None:
    """A call that may run again would take a second token."""
    pool = a_pool(api)
    api.idp("DescribeUserPool", UserPoolId=pool)
    world.rates.limit({("us-east-1", "UserRead"): 1})

    def look(context: Context) -> bool:
        found = context.unit.pools.get(pool)
        a_user(api, pool)
        api.idp("UpdateUserPool", UserPoolId=pool)
        return (bool(found), len(context.unit.users.page(pool, 60, None).items)) == (True, 0)

    assert run(store, world, look) == (True, 1)
