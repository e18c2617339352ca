"""`/oauth2/userInfo` (facts of AWS, §1.7)."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.test import TestResponse

from storage.store import Store
from tests.builders import Api, sign_in
from tests.oauth.browser import Browser
from tests.oauth.endings import deleted, disabled, signed_out

ENDED = "Access token is expired, disabled, or deleted, or the user has globally signed out."
BAD = "Bad OAuth2 request at UserInfo Endpoint"


def ask(browser: Browser, token: str, method: str = "get") -> TestResponse:
    """Ask for the user's attributes."""
    answer: TestResponse = getattr(browser.api.http, method)(
        "/oauth2/userInfo", headers={"Authorization": f"Bearer {token}"}
    )
    return answer


@pytest.mark.parametrize("method", ["get", "post"])
def test_all_values_are_strings(browser: Browser, method: str) -> None:
    user = browser.api.idp("AdminGetUser", UserPoolId=browser.pool, Username="ana")
    sub = next(pair["Value"] for pair in user["UserAttributes"] if pair["Name"] == "sub")
    answer = ask(browser, browser.tokens(scope="openid email")["access_token"], method)
    told = {"sub": sub, "email": "ana@example.com", "email_verified": "true", "username": "ana"}
    assert (answer.status_code, answer.get_json()) == (200, told)


def test_scopes_and_read_permissions_limit_it(api: Api, store: Store) -> None:
    browser = Browser.of(api, store, ReadAttributes=["email", "email_verified", "name"])
    given = [{"Name": name, "Value": name} for name in ("name", "nickname")]
    api.idp("AdminUpdateUserAttributes", UserPoolId=browser.pool, Username="ana", UserAttributes=given)
    browser.sign_in()
    for scope, names in {
        "openid": {"email", "email_verified", "name"},
        "openid email": {"email", "email_verified"},
        "openid profile": {"name"},
    }.items():
        told = ask(browser, browser.tokens(scope=scope)["access_token"]).get_json()
        assert told.keys() == {"sub", "username", *names}


def expired(browser: Browser, token: str) -> str:
    browser.api.world.clock.advance(hours=1)
    return token


def forged(browser: Browser, token: str) -> str:
    head, body, signature = token.split(".")
    return ".".join([head, body, ("B" if signature[0] == "A" else "A") + signature[1:]])


@pytest.mark.parametrize("happens", [expired, signed_out, disabled, deleted, forged])
def test_a_token_that_is_not_valid_any_more_is_refused(browser: Browser, happens: Any) -> None:
    answer = ask(browser, happens(browser, browser.tokens()["access_token"]))
    assert (answer.status_code, answer.get_json()) == (401, {"error": "invalid_token", "error_description": ENDED})
    assert answer.headers["WWW-Authenticate"] == f'error="invalid_token", error_description="{ENDED}"'


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "Basic eDp5", "Bearer a.b", "Bearer a b", "x"])
def test_what_is_no_bearer_token_is_refused(browser: Browser, header: str | None) -> None:
    answer = browser.api.http.get("/oauth2/userInfo", headers={} if header is None else {"Authorization": header})
    assert (answer.status_code, answer.get_json()) == (400, {"error": "invalid_request", "error_description": BAD})
    assert answer.headers["WWW-Authenticate"] == f'error="invalid_request", error_description="{BAD}"'


def test_openid_is_needed(browser: Browser) -> None:
    told = {"error": "invalid_token", "error_description": "Access token does not contain openid scope"}
    for token in (browser.tokens(scope="email")["access_token"], sign_in(browser.api, browser.client)["AccessToken"]):
        answer = ask(browser, token)
        assert (answer.status_code, answer.get_json()) == (401, told)


def test_an_id_token_is_refused(browser: Browser) -> None:
    assert ask(browser, browser.tokens()["id_token"]).status_code == 400


def test_the_apis_own_operations_need_their_scope(browser: Browser) -> None:
    token = browser.tokens(scope="openid")["access_token"]
    with pytest.raises(Exception, match="Access Token does not have required scopes"):
        browser.api.idp("GetUser", AccessToken=token)
