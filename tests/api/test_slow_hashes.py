"""Hashes that take long are made without a turn, so that short calls are not held up by sign-ins."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from emulator.app import create_app
from emulator.outside import turns
from emulator.outside.world import World
from emulator.settings import Settings
from storage.store import Store
from tests.builders import Api, a_client, a_pool, a_user


@pytest.mark.parametrize(("cost", "computes"), [(4, False), (8, True)])
def test_a_password_is_hashed_and_checked_without_a_turn_where_that_takes_long(
    world: World, store: Store, monkeypatch: pytest.MonkeyPatch, cost: int, computes: bool
) -> None:
    computed: list[int] = []

    @contextmanager
    def computing() -> Iterator[None]:
        computed.append(1)
        yield

    api = Api(create_app(Settings(ephemeral=True, password_cost=cost), world, store).test_client(), world)
    pool = a_pool(api)
    client = a_client(api, pool, ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"])
    user = a_user(api, pool, password="Correct-Horse-1")["Username"]
    parameters = {"USERNAME": user, "PASSWORD": "Correct-Horse-1"}
    signed_in = api.idp("InitiateAuth", ClientId=client, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=parameters)
    token = signed_in["AuthenticationResult"]["AccessToken"]
    monkeypatch.setattr(turns, "computing", computing)

    api.idp("AdminSetUserPassword", UserPoolId=pool, Username=user, Password="Correct-Horse-2", Permanent=True)
    set_, parameters["PASSWORD"] = len(computed), "Correct-Horse-2"
    api.idp("InitiateAuth", ClientId=client, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=parameters)
    checked = len(computed)
    api.idp("ChangePassword", AccessToken=token, PreviousPassword="Correct-Horse-2", ProposedPassword="Correct-Horse-3")
    assert (set_, checked, len(computed)) == ((1, 2, 4) if computes else (0, 0, 0))
