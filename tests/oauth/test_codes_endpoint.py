"""`/_emulator/codes`: authorization codes without a browser."""

from __future__ import annotations

from typing import Any

import pytest

from storage.store import Store
from tests.builders import Api, claims
from tests.oauth.browser import CALLBACK, CHALLENGE, VERIFIER, Browser


@pytest.fixture
def browser(api: Api, store: Store) -> Browser:
    """A browser that is not signed in."""
    return Browser.of(api, store)


def mint(browser: Browser, **members: Any) -> tuple[int, dict[str, Any]]:
    """Ask for a code."""
    given = {"pool": browser.pool, "client": browser.client, "user": "ana", "redirect_uri": CALLBACK, **members}
    answer = browser.api.http.post("/_emulator/codes", json={k: v for k, v in given.items() if v is not None})
    return answer.status_code, dict(answer.get_json())


def test_a_code_is_exchanged_like_any_other(browser: Browser) -> None:
    status, body = mint(browser, scope="openid email", nonce="n", code_challenge=CHALLENGE)
    assert (status, list(body)) == (200, ["code"])
    tokens = browser.exchange(body["code"], code_verifier=VERIFIER).get_json()
    assert claims(tokens["access_token"])["scope"] == "openid email"
    assert claims(tokens["id_token"])["nonce"] == "n"
    assert browser.exchange(body["code"], code_verifier=VERIFIER).status_code == 400


def test_a_user_is_named_as_by_an_administrator(browser: Browser) -> None:
    user = browser.api.idp("AdminGetUser", UserPoolId=browser.pool, Username="ana")["UserAttributes"]
    sub = next(pair["Value"] for pair in user if pair["Name"] == "sub")
    assert mint(browser, user=sub)[0] == 200


@pytest.mark.parametrize(
    ("operation", "words"),
    [
        ("AdminDisableUser", "user: ana is disabled: "),
        ("AdminResetUserPassword", "user: ana has to reset the password first"),
    ],
)
def test_a_user_who_cannot_sign_in_gets_none(browser: Browser, operation: str, words: str) -> None:
    browser.api.idp(operation, UserPoolId=browser.pool, Username="ana")
    status, body = mint(browser)
    assert (status, body["error"].startswith(words)) == (400, True), body


@pytest.mark.parametrize(
    ("members", "status", "words"),
    [
        ({"pool": "us-east-1_Nothing"}, 404, "pool: there is no pool us-east-1_Nothing"),
        ({"client": "nobody"}, 404, "client: pool"),
        ({"user": "nobody"}, 404, "user: pool"),
        ({"user": None}, 400, "user is missing"),
        ({"redirect_uri": "https://evil.example/"}, 400, "redirect_mismatch: redirect_uri is not registered"),
        ({"scope": "shop/read"}, 400, "invalid_request: the client does not allow shop/read"),
        ({"scope": ["openid"]}, 400, "scope: ['openid'] is not a string"),
        ({"code_challenge": "short"}, 400, "invalid_request: code_challenge is no S256 challenge"),
        ({"nonse": "n"}, 400, "unknown member nonse; known are "),
    ],
)
def test_what_cannot_be_minted_is_refused_in_words(
    browser: Browser, members: dict[str, Any], status: int, words: str
) -> None:
    got, body = mint(browser, **members)
    assert (got, body["error"].startswith(words)) == (status, True), body


def test_other_sites_pages_mint_nothing(browser: Browser) -> None:
    answer = browser.api.http.post("/_emulator/codes", json={}, headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403
