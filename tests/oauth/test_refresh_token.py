"""grant_type=refresh_token: what stays, what is new, rotation, and tokens that are refused."""

from __future__ import annotations

from typing import Any

import pytest

from storage.store import Store
from tests.builders import Api, claims, sign_in
from tests.conftest import NOON
from tests.oauth.browser import Browser, an_oauth_client
from tests.oauth.endings import deleted, disabled, signed_out

INVALID = {"error": "invalid_grant"}
PASSWORD_ONLY: dict[str, Any] = {"ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"]}


def refresh(browser: Browser, token: str, client: str | None = None, **form: str) -> tuple[int, dict[str, Any]]:
    """Ask for new tokens."""
    given = {"client_id": client or browser.client, "refresh_token": token, **form}
    answer = browser.token(None, grant_type="refresh_token", **given)
    return answer.status_code, dict(answer.get_json())


def test_scopes_audience_nonce_and_the_time_of_the_sign_in_stay(browser: Browser) -> None:
    first = browser.tokens(scope="openid email", nonce="n", resource="https://api.example.com")
    browser.api.world.clock.advance(seconds=60)
    status, renewed = refresh(browser, first["refresh_token"], scope="openid phone")
    assert status == 200
    assert renewed.keys() == {"id_token", "access_token", "expires_in", "token_type"}
    old, new = claims(first["access_token"]), claims(renewed["access_token"])
    changed = {name for name in old.keys() | new.keys() if old.get(name) != new.get(name)}
    assert changed == {"exp", "iat", "jti"}
    assert claims(renewed["id_token"])["nonce"] == "n"
    assert claims(renewed["id_token"])["auth_time"] == NOON


def test_without_openid_a_refresh_gives_no_id_token(browser: Browser) -> None:
    status, renewed = refresh(browser, browser.tokens(scope="email")["refresh_token"])
    assert status == 200
    assert renewed.keys() == {"access_token", "expires_in", "token_type"}


def test_tokens_of_a_sign_in_by_the_api_are_refreshed_too(browser: Browser) -> None:
    status, renewed = refresh(browser, sign_in(browser.api, browser.client)["RefreshToken"])
    assert status == 200
    assert claims(renewed["access_token"])["scope"] == "aws.cognito.signin.user.admin"
    assert "at_hash" not in claims(renewed["id_token"])


def test_a_refresh_token_of_the_endpoint_works_at_the_api(browser: Browser) -> None:
    token = browser.tokens(scope="openid email")["refresh_token"]
    answer = browser.api.idp("GetTokensFromRefreshToken", ClientId=browser.client, RefreshToken=token)
    assert claims(answer["AuthenticationResult"]["AccessToken"])["scope"] == "openid email"


def test_rotation_gives_a_new_token_that_expires_with_the_first(api: Api, store: Store) -> None:
    rotation = {"Feature": "ENABLED", "RetryGracePeriodSeconds": 10}
    browser = Browser.of(api, store, **PASSWORD_ONLY, RefreshTokenRotation=rotation)
    browser.sign_in()
    first = browser.tokens()["refresh_token"]
    api.world.clock.advance(days=29)
    status, renewed = refresh(browser, first)
    assert status == 200
    assert renewed["refresh_token"] != first
    assert refresh(browser, first)[0] == 200, "within the grace period"
    api.world.clock.advance(days=1)
    assert refresh(browser, renewed["refresh_token"]) == (400, INVALID)


def test_a_token_that_was_rotated_out_ends_all_of_them(api: Api, store: Store) -> None:
    browser = Browser.of(api, store, **PASSWORD_ONLY, RefreshTokenRotation={"Feature": "ENABLED"})
    browser.sign_in()
    first = browser.tokens()["refresh_token"]
    second = refresh(browser, first)[1]["refresh_token"]
    assert refresh(browser, first) == (400, INVALID)
    assert refresh(browser, second) == (400, INVALID)


def expired(browser: Browser, token: str) -> str:
    browser.api.world.clock.advance(days=30)
    return token


def revoked(browser: Browser, token: str) -> str:
    browser.api.idp("RevokeToken", ClientId=browser.client, Token=token)
    return token


def forged(browser: Browser, token: str) -> str:
    return token[:-4] + "AAAA"


def an_access_token(browser: Browser, token: str) -> str:
    return str(refresh(browser, token)[1]["access_token"])


def not_text(browser: Browser, token: str) -> str:
    return "\ud800".encode("utf-8", "surrogatepass").decode("latin-1")


@pytest.mark.parametrize(
    "happens", [expired, signed_out, disabled, deleted, revoked, forged, an_access_token, not_text]
)
def test_a_token_is_refused(browser: Browser, happens: Any) -> None:
    token = happens(browser, browser.tokens()["refresh_token"])
    assert refresh(browser, token) == (400, INVALID)


def test_a_token_is_for_its_client_alone(browser: Browser) -> None:
    other = an_oauth_client(browser.api, browser.pool)
    assert refresh(browser, browser.tokens()["refresh_token"], other) == (400, INVALID)


def test_a_token_is_needed(browser: Browser) -> None:
    assert refresh(browser, "") == (400, {"error": "invalid_request"})


def test_a_scope_that_the_client_may_not_read_any_more_is_refused(browser: Browser) -> None:
    token = browser.tokens(scope="openid email")["refresh_token"]
    client = browser.api.idp("DescribeUserPoolClient", UserPoolId=browser.pool, ClientId=browser.client)
    kept = {name: value for name, value in client["UserPoolClient"].items() if name.startswith(("Allowed", "Callback"))}
    members = {"UserPoolId": browser.pool, "ClientId": browser.client, **kept}
    browser.api.idp("UpdateUserPoolClient", **members, ReadAttributes=["name"])
    assert refresh(browser, token) == (400, INVALID)
