"""What happens while a password is hashed, when a call has let go of the database."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest
from flask import Flask

from emulator.settings import Settings
from tests.api.people import sign_up, status_of
from tests.api.signing_in import WRONG
from tests.api.srp_client import an_app, attempt
from tests.builders import PASSWORD, Api, Refused, a_client, a_pool, a_user, pairs, sign_in

NEW = "Another-Horse-2"


@pytest.fixture
def settings() -> Settings:
    """Hashing takes long enough to do something else meanwhile."""
    return Settings(ephemeral=True, password_cost=10)


def meanwhile(app: Flask, api: Api, call: Callable[[Api], object], act: Callable[[], object]) -> str:
    """How `call` ends when `act` happens a moment after it began: "ok", or the exception."""
    ends = []

    def run() -> None:
        try:
            call(Api(app.test_client(), api.world))
        except Refused as refusal:
            ends.append(refusal.code)
        else:
            ends.append("ok")

    thread = threading.Thread(target=run)
    thread.start()
    time.sleep(0.025)
    act()
    thread.join()
    return ends[0]


def test_the_pool_goes_while_somebody_signs_up(app: Flask, api: Api) -> None:
    pool = a_pool(api)
    client = a_client(api, pool)
    end = meanwhile(app, api, lambda other: sign_up(other, client), lambda: api.idp("DeleteUserPool", UserPoolId=pool))
    assert end in {"ok", "ResourceNotFoundException"}


def test_the_pool_goes_while_a_user_is_made(app: Flask, api: Api) -> None:
    pool = a_pool(api)
    end = meanwhile(
        app,
        api,
        lambda other: other.idp("AdminCreateUser", UserPoolId=pool, Username="ana"),
        lambda: api.idp("DeleteUserPool", UserPoolId=pool),
    )
    assert end in {"ok", "ResourceNotFoundException"}


def test_the_user_goes_while_their_password_is_set(app: Flask, api: Api) -> None:
    pool = a_pool(api)
    a_user(api, pool)
    members = {"UserPoolId": pool, "Username": "ana"}
    end = meanwhile(
        app,
        api,
        lambda other: other.idp("AdminSetUserPassword", **members, Password=NEW, Permanent=True),
        lambda: api.idp("AdminDeleteUser", **members),
    )
    assert end in {"ok", "UserNotFoundException"}


def test_the_user_goes_while_they_change_their_password(app: Flask, api: Api) -> None:
    pool = a_pool(api)
    a_user(api, pool)
    token = sign_in(api, a_client(api, pool))["AccessToken"]
    end = meanwhile(
        app,
        api,
        lambda other: other.idp("ChangePassword", AccessToken=token, PreviousPassword=PASSWORD, ProposedPassword=NEW),
        lambda: api.idp("AdminDeleteUser", UserPoolId=pool, Username="ana"),
    )
    assert end in {"ok", "UserNotFoundException"}


def test_a_code_is_spent_while_it_is_used_to_set_a_password(app: Flask, api: Api) -> None:
    pool = a_pool(api)
    client = a_client(api, pool)
    a_user(api, pool, email="ana@example.com", email_verified="true")
    api.idp("ForgotPassword", ClientId=client, Username="ana")
    members = {"ClientId": client, "Username": "ana", "ConfirmationCode": api.code()}
    mine: list[str] = []

    def spend() -> None:
        try:
            api.idp("ConfirmForgotPassword", **members, Password=PASSWORD)
        except Refused as refusal:
            mine.append(refusal.code)
        else:
            mine.append("ok")

    end = meanwhile(app, api, lambda other: other.idp("ConfirmForgotPassword", **members, Password=NEW), spend)
    assert sorted([end, *mine]) == ["ExpiredCodeException", "ok"]
    assert status_of(api, pool) == "CONFIRMED"
    assert sign_in(api, client, password=NEW if end == "ok" else PASSWORD)


def test_the_address_that_names_a_user_moves_while_their_password_is_set(app: Flask, api: Api) -> None:
    """The password goes to one of the two, and is theirs in both its forms."""
    web = an_app(api, a_pool(api, AliasAttributes=["email"]))
    verified = {"email": "ana@example.com", "email_verified": "true"}
    a_user(api, web.pool, **verified)
    a_user(api, web.pool, "bea")

    def move() -> None:
        other = pairs(verified | {"email": "other@example.com"})
        api.idp("AdminUpdateUserAttributes", UserPoolId=web.pool, Username="ana", UserAttributes=other)
        api.idp("AdminUpdateUserAttributes", UserPoolId=web.pool, Username="bea", UserAttributes=pairs(verified))

    members = {"UserPoolId": web.pool, "Username": "ana@example.com", "Password": NEW, "Permanent": True}
    assert meanwhile(app, api, lambda other: other.idp("AdminSetUserPassword", **members), move) == "ok"
    changed = []
    for username in ("ana", "bea"):
        try:
            sign_in(api, web.client, username, NEW)
        except Refused:
            assert attempt(web, username, NEW) == WRONG
        else:
            changed.append(username)
            assert "AuthenticationResult" in web.sign_in(username, NEW)
    assert len(changed) == 1
