"""grant_type=authorization_code: from the authorization request to tokens, and every exchange that is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from keys import opaque
from storage.store import Store
from tests.builders import a_pool, a_user, claims
from tests.conftest import NOON
from tests.oauth.browser import CALLBACK, PKCE, VERIFIER, Browser, an_oauth_client


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


def test_at_hash_is_that_of_openid_connects_example() -> None:
    """Of "Implicit Flow" in the OpenID Connect Core examples, A.3."""
    assert opaque.half_hash("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y") == "77QmUPtjPfzWtF2AnpK9RQ"


def test_the_time_of_the_sign_in_stays_however_late_the_code_is_asked_for(browser: Browser) -> None:
    browser.api.world.clock.advance(seconds=1800)
    identity = claims(browser.tokens()["id_token"])
    assert (identity["auth_time"], identity["iat"]) == (NOON, NOON + 1800)


def test_state_comes_back_in_the_query(browser: Browser) -> None:
    location = browser.authorize(state="a b&c%=é").headers["Location"]
    assert location.startswith(f"{CALLBACK}?code=")
    assert parse_qs(urlsplit(location).query)["state"] == ["a b&c%=é"]


def test_without_openid_there_is_no_id_token(browser: Browser) -> None:
    assert browser.tokens(scope="email").keys() == {"access_token", "refresh_token", "expires_in", "token_type"}


@pytest.mark.parametrize(
    ("scope", "attributes"),
    [
        ("openid", {"email", "email_verified", "phone_number", "name", "nickname"}),
        ("openid email", {"email", "email_verified"}),
        ("openid phone", {"phone_number"}),
        ("openid profile", {"name", "nickname"}),
        ("openid profile email", {"name", "nickname", "email", "email_verified"}),
    ],
)
def test_scopes_decide_which_attributes_the_id_token_has(browser: Browser, scope: str, attributes: set[str]) -> None:
    given = {"phone_number": "+15555550100", "name": "Ana", "nickname": "a"}
    pairs = [{"Name": name, "Value": value} for name, value in given.items()]
    browser.api.idp("AdminUpdateUserAttributes", UserPoolId=browser.pool, Username="ana", UserAttributes=pairs)
    identity = claims(browser.tokens(scope=scope)["id_token"])
    assert identity.keys() & {"email", "email_verified", *given} == attributes


Exchange = Callable[[Browser], object]
GRANT, REQUEST, UNAUTHORIZED = "invalid_grant", "invalid_request", "unauthorized_client"
MISMATCH = {"error": UNAUTHORIZED, "error_description": "invalid_redirect"}


def _of_another_client(browser: Browser) -> object:
    return browser.exchange(browser.code(), client_id=an_oauth_client(browser.api, browser.pool))


def _of_another_pool(browser: Browser) -> object:
    pool = a_pool(browser.api)
    a_user(browser.api, pool)
    return browser.exchange(browser.code(), client_id=an_oauth_client(browser.api, pool))


def _too_late(browser: Browser) -> object:
    code = browser.code()
    browser.api.world.clock.advance(seconds=300)
    return browser.exchange(code)


def _of_a_disabled_user(browser: Browser) -> object:
    code = browser.code()
    browser.api.idp("AdminDisableUser", UserPoolId=browser.pool, Username="ana")
    return browser.exchange(code)


def _unreadable(browser: Browser) -> object:
    client = an_oauth_client(browser.api, browser.pool, ReadAttributes=["email"])
    return browser.exchange(browser.code(client_id=client, scope="openid email"), client_id=client)


def _flow_switched_off(browser: Browser) -> object:
    code = browser.code()
    members: dict[str, Any] = {
        "AllowedOAuthFlows": ["implicit"],
        "AllowedOAuthScopes": ["openid"],
        "CallbackURLs": [CALLBACK],
    }
    members |= {"AllowedOAuthFlowsUserPoolClient": True}
    browser.api.idp("UpdateUserPoolClient", UserPoolId=browser.pool, ClientId=browser.client, **members)
    return browser.exchange(code)


REFUSED: dict[str, tuple[Exchange, dict[str, str]]] = {
    "no code": (lambda b: b.exchange(""), {"error": REQUEST}),
    "a made-up code": (lambda b: b.exchange("7f1c1d9e-0000-4000-8000-000000000000"), {"error": GRANT}),
    "a code that is no text": (lambda b: b.token(None, client_id=b.client, **_raw(b)), {"error": GRANT}),
    "a code of another client": (_of_another_client, {"error": GRANT}),
    "a code of another pool": (_of_another_pool, {"error": GRANT}),
    "an expired code": (_too_late, {"error": GRANT}),
    "a code of a disabled user": (_of_a_disabled_user, {"error": GRANT}),
    "a scope that the client may not read": (_unreadable, {"error": GRANT}),
    "another redirect_uri": (lambda b: b.exchange(b.code(), redirect_uri=f"{CALLBACK}/"), MISMATCH),
    "no redirect_uri": (lambda b: b.exchange(b.code(), redirect_uri=""), MISMATCH),
    "no verifier": (lambda b: b.exchange(b.code(**PKCE)), {"error": GRANT}),
    "a wrong verifier": (lambda b: b.exchange(b.code(**PKCE), code_verifier=VERIFIER[::-1]), {"error": GRANT}),
    "a verifier without a challenge": (lambda b: b.exchange(b.code(), code_verifier=VERIFIER), {"error": GRANT}),
    "the code flow is switched off": (_flow_switched_off, {"error": UNAUTHORIZED}),
}


def _raw(browser: Browser) -> dict[str, str]:
    return {"grant_type": "authorization_code", "code": "\udcff".encode("utf-8", "surrogatepass").decode("latin-1")}


@pytest.mark.parametrize("case", REFUSED)
def test_an_exchange_is_refused(browser: Browser, case: str) -> None:
    exchange, body = REFUSED[case]
    answer = exchange(browser)
    assert (answer.status_code, answer.get_json()) == (400, body)  # type: ignore[attr-defined]
    assert answer.content_type == "application/json;charset=UTF-8"  # type: ignore[attr-defined]


def test_a_right_verifier_is_accepted(browser: Browser) -> None:
    assert browser.exchange(browser.code(**PKCE), code_verifier=VERIFIER).status_code == 200


@pytest.mark.parametrize("wrong", [{"code_verifier": VERIFIER[::-1]}, {"redirect_uri": f"{CALLBACK}/"}, {}])
def test_a_refused_exchange_uses_up_the_code(browser: Browser, wrong: dict[str, str]) -> None:
    code = browser.code(**PKCE)
    assert browser.exchange(code, **wrong).status_code == 400
    answer = browser.exchange(code, code_verifier=VERIFIER)
    assert (answer.status_code, answer.get_json()) == (400, {"error": GRANT})


def test_another_client_cannot_use_up_a_code(browser: Browser) -> None:
    code = browser.code()
    browser.exchange(code, client_id=an_oauth_client(browser.api, browser.pool))
    assert browser.exchange(code).status_code == 200


def test_a_code_that_is_used_twice_ends_what_it_gave(browser: Browser) -> None:
    code = browser.code()
    tokens = browser.exchange(code).get_json()
    answer = browser.exchange(code)
    assert (answer.status_code, answer.get_json()) == (400, {"error": GRANT})
    form = {"grant_type": "refresh_token", "client_id": browser.client, "refresh_token": tokens["refresh_token"]}
    assert browser.token(None, **form).get_json() == {"error": GRANT}
    told = browser.api.http.get("/oauth2/userInfo", headers={"Authorization": f"Bearer {tokens['access_token']}"})
    assert told.status_code == 401


def test_codes_are_stored_as_digests(browser: Browser, store: Store) -> None:
    code = browser.code()
    with store.unit(writes=False) as unit:
        kept = unit.authorization_codes.get(opaque.digest(code))
    assert kept is not None
    assert code not in repr(kept)
