"""Which client ID metadata documents are usable, what is kept of them, and for how long."""

from __future__ import annotations

import json
from typing import Any

import pytest

from emulator.domain.pools.client_metadata import Fetched, Unusable, checked

URL = "https://app.example.com/oauth/client-metadata.json"
MINIMAL: dict[str, Any] = {"client_id": URL, "redirect_uris": ["https://app.example.com/callback"]}
WHOLE = MINIMAL | {
    "client_name": "Example MCP client",
    "client_uri": "https://app.example.com",
    "logo_uri": "https://app.example.com/logo.png",
    "tos_uri": "https://app.example.com/terms",
    "policy_uri": "https://app.example.com/policy",
    "scope": "openid email",
    "redirect_uris": [
        "http://127.0.0.1:3000/callback",
        "http://localhost/callback",
        "http://[::1]/callback",
        "https://vscode.dev/redirect",
        "com.example.app:/callback",
    ],
    "grant_types": ["authorization_code", "refresh_token"],
    "response_types": ["code"],
}
PUBLIC_KEY = {"kty": "RSA", "n": "0vx7", "e": "AQAB"}
DAY, YEAR = 86_400, 31_556_952


def test_the_known_members_of_a_document_are_kept() -> None:
    unknown = {"contacts": ["ana@example.com"], "jwks_uri": f"{URL}/keys", "jwks": {"keys": [PUBLIC_KEY]}, "x": {}}
    assert checked(URL, WHOLE | unknown | {"token_endpoint_auth_method": "none"}) == WHOLE


def test_what_a_document_leaves_out_has_the_defaults_of_rfc_7591() -> None:
    defaults = {"grant_types": ["authorization_code"], "response_types": ["code"]}
    assert checked(URL, MINIMAL) == MINIMAL | defaults
    nothing = dict.fromkeys(["grant_types", "response_types", "scope", "token_endpoint_auth_method", "jwks"])
    assert checked(URL, MINIMAL | nothing) == MINIMAL | defaults
    assert checked(URL, MINIMAL | {"grant_types": []})["grant_types"] == []


@pytest.mark.parametrize(
    ("document", "why"),
    [
        (None, "not a JSON object"),
        ([MINIMAL], "not a JSON object"),
        ("text", "not a JSON object"),
        ({}, "client_id is not the URL"),
        (MINIMAL | {"client_id": f"{URL}/"}, "client_id is not the URL"),
        (MINIMAL | {"client_id": URL.upper()}, "client_id is not the URL"),
        (MINIMAL | {"client_id": [URL]}, "client_id is not the URL"),
        (MINIMAL | {"client_secret": "secret"}, "has client_secret"),
        (MINIMAL | {"client_secret": None}, "has client_secret"),
        (MINIMAL | {"client_secret_expires_at": 0}, "has client_secret_expires_at"),
        (MINIMAL | {"jwks": {"keys": [PUBLIC_KEY, PUBLIC_KEY | {"d": "X4c"}]}}, "private key"),
        (MINIMAL | {"jwks": {"keys": [{"kty": "oct", "k": "AyM1"}]}}, "private key"),
        (MINIMAL | {"token_endpoint_auth_method": "client_secret_basic"}, "token_endpoint_auth_method"),
        (MINIMAL | {"token_endpoint_auth_method": "private_key_jwt"}, "token_endpoint_auth_method"),
        (MINIMAL | {"token_endpoint_auth_method": ["none"]}, "token_endpoint_auth_method"),
        (MINIMAL | {"token_endpoint_auth_method": {}}, "token_endpoint_auth_method"),
        (MINIMAL | {"client_name": {"en": "Example"}}, "client_name is not a string"),
        (MINIMAL | {"client_name": "\ud800"}, "client_name is not a string"),
        (MINIMAL | {"scope": ["openid"]}, "scope is not a string"),
        (MINIMAL | {"redirect_uris": ["http://127.0.0.1/\udfff"]}, "redirect_uris is not a list of strings"),
        (MINIMAL | {"grant_types": "authorization_code"}, "grant_types is not a list of strings"),
        (MINIMAL | {"response_types": ["code", 1]}, "response_types is not a list of strings"),
        ({"client_id": URL}, "no redirect_uris"),
        (MINIMAL | {"redirect_uris": []}, "no redirect_uris"),
        (MINIMAL | {"redirect_uris": None}, "no redirect_uris"),
        (MINIMAL | {"redirect_uris": "https://app.example.com/callback"}, "redirect_uris is not a list of strings"),
        (MINIMAL | {"redirect_uris": ["https://app.example.com/callback", "javascript:alert(1)"]}, "not a valid"),
        (MINIMAL | {"redirect_uris": ["http://app.example.com/callback"]}, "cannot use the HTTP protocol"),
        (MINIMAL | {"redirect_uris": ["https://app.example.com/#callback"]}, "cannot use fragment"),
        (MINIMAL | {"redirect_uris": ["https://[::1/callback"]}, "not a valid"),
        (MINIMAL | {"redirect_uris": ["/callback"]}, "not a valid"),
    ],
)
def test_a_document_that_is_not_one_of_a_public_client_is_unusable_and_says_why(document: Any, why: str) -> None:
    with pytest.raises(Unusable, match=why):
        checked(URL, document)


@pytest.mark.parametrize("jwks", [[], "keys", {}, {"keys": {}}, {"keys": ["d", None]}, {"keys": None}])
def test_a_key_set_of_another_form_is_no_private_key(jwks: Any) -> None:
    assert checked(URL, MINIMAL | {"jwks": jwks})["client_id"] == URL


def test_nothing_of_a_document_is_kept_that_could_not_be_stored() -> None:
    deep: Any = "x"
    for _ in range(5_000):
        deep = [deep]
    kept = checked(URL, MINIMAL | {"x": deep, "client_name": "\x00"})
    assert json.loads(json.dumps(kept)) == kept


@pytest.mark.parametrize(
    ("max_age", "lasts"),
    [(None, 7 * DAY), (0, 7 * DAY), (DAY - 1, 7 * DAY), (DAY, DAY), (YEAR, YEAR), (YEAR + 1, 7 * DAY)],
)
def test_max_age_decides_if_it_is_a_day_to_a_year_and_else_the_policy(max_age: int | None, lasts: int) -> None:
    assert Fetched({}, max_age).expiry(1_000.0, 7 * DAY) == 1_000.0 + lasts
