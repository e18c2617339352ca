"""What `call.user` and `call.principal` hold: the user as this unit of work has written them, whoever named them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest

from emulator.call import Call
from emulator.context import RequestOrigin
from emulator.domain.accounts import accounts
from emulator.domain.accounts.principals import Principal
from emulator.faults import UserNotFoundException
from emulator.outside.world import World
from emulator.settings import Settings
from emulator.wire import model
from storage.store import Store
from tests.builders import Api, a_client, a_pool, a_user, sign_in

EMAIL = "ana@example.com"


@contextmanager
def a_call(store: Store, world: World, operation: str, request: Mapping[str, object]) -> Iterator[Call[Any]]:
    settings = Settings(ephemeral=True)
    with store.unit(writes=True) as unit:
        yield Call(model.load("cognito-idp").operations[operation], request, unit, world, settings, RequestOrigin())


@pytest.fixture(params=["AdminGetUser", "GetUser"])
def named(request: pytest.FixtureRequest, api: Api) -> tuple[str, dict[str, str]]:
    """A call about Ana: an administrator names her by her alias, or she sends her access token."""
    pool = a_pool(api, AliasAttributes=["email"])
    client = a_client(api, pool)
    a_user(api, pool, email=EMAIL, email_verified="true")
    by_token = {"AccessToken": sign_in(api, client)["AccessToken"]}
    return request.param, by_token if request.param == "GetUser" else {"UserPoolId": pool, "Username": EMAIL}


def test_a_call_has_the_user_as_they_were_written(
    store: Store, world: World, named: tuple[str, dict[str, str]]
) -> None:
    with a_call(store, world, *named) as call:
        before = call.user
        written = call.unit.users.change(before, enabled=False, status="RESET_REQUIRED")
        assert call.user == written != before


def test_a_user_who_loses_the_alias_of_the_request_is_still_its_user(
    store: Store, world: World, named: tuple[str, dict[str, str]]
) -> None:
    with a_call(store, world, *named) as call:
        written = accounts.change(call, call.principal, {})
        assert (call.user, call.user.attributes) == (written, {})


def test_the_principal_is_the_user_as_written_with_the_client_of_the_access_token(
    store: Store, world: World, named: tuple[str, dict[str, str]]
) -> None:
    with a_call(store, world, *named) as call:
        written = accounts.change(call, call.principal, {"email": EMAIL}, status="RESET_REQUIRED")
        client = call.bearer.client if named[0] == "GetUser" else None
        assert call.principal == Principal(call.pool, written, client)


def test_an_administrators_call_has_no_app_client(api: Api, store: Store, world: World) -> None:
    pool = a_pool(api)
    a_user(api, pool)
    with (
        a_call(store, world, "AdminGetUser", {"UserPoolId": pool, "Username": "ana"}) as call,
        pytest.raises(RuntimeError),
    ):
        _ = call.principal.app_client


def test_a_user_who_was_deleted_is_not_found(store: Store, world: World, named: tuple[str, dict[str, str]]) -> None:
    with a_call(store, world, *named) as call:
        call.unit.users.delete(call.user)
        with pytest.raises(UserNotFoundException):
            _ = call.user


def test_a_name_that_was_free_names_the_user_who_takes_it(api: Api, store: Store, world: World) -> None:
    pool = a_pool(api)
    a_user(api, pool)
    with a_call(store, world, "AdminGetUser", {"UserPoolId": pool, "Username": "bob"}) as call:
        assert call.claimed_user is None
        ana = call.unit.users.named(pool, "ana")
        assert ana
        call.unit.users.delete(ana)
        assert call.claimed_user is None
        bob = call.unit.users.add(ana, key="bob", searched={})
        assert call.claimed_user == call.user == bob
