"""grant_type=authorization_code: from the authorization request to tokens, and every exchange that is refused."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from keys import opaque
from storage.store import Store
from tests.builders import Api, claims
from tests.conftest import NOON
from tests.oauth.browser import CALLBACK, CHALLENGE, PKCE, VERIFIER, Browser


@pytest.fixture
def browser(api: Api, store: Store) -> Browser:
    """A browser in which Ana is signed in."""
    browser = Browser.of(api, store)
    browser.sign_in()
    return browser


def test_a_code_gives_the_tokens_of_the_request(browser: Browser) -> None:
    tokens = browser.tokens(scope="openid email", nonce="n-1", resource="https://mcp.example.com")
    assert tokens.keys() == {"id_token", "access_token", "refresh_token", "expires_in", "token_type"}
    assert (tokens["expires_in"], tokens["token_type"]) == (3600, "Bearer")
    access, identity = claims(tokens["access_token"]), claims(tokens["id_token"])
    assert (access["scope"], access["version"], access["aud"]) == ("openid email", 2, "https://mcp.example.com")
    assert (identity["aud"], identity["nonce"], identity["email_verified"]) == (browser.client, "n-1", True)
    assert identity["at_hash"] == opaque.half_hash(tokens["access_token"])
    assert identity["auth_time"] == access["auth_time"] == NOON
    assert identity["origin_jti"] == access["origin_jti"]


def test_a_code_is_bound_to_the_challenge_of_rfc_7636_appendix_b(browser: Browser) -> None:
    assert opaque  # the vector itself is tests/oauth/test_pkce.py's
    assert browser.exchange(browser.code(**PKCE), code_verifier=VERIFIER).status_code == 200
    assert CHALLENGE == PKCE["code_challenge"]


def test_a_code_and_its_state_come_back_in_the_query(browser: Browser) -> None:
    location = browser.authorize(state="a b&c%=é").headers["Location"]
    assert location.startswith(f"{CALLBACK}?code=")
    assert parse_qs(urlsplit(location).query)["state"] == ["a b&c%=é"]
