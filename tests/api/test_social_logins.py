"""Logins with tokens of Google, Apple, Facebook and Amazon, at themselves or at their stand-ins on this server."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from emulator.outside.http import CannedHttp
from emulator.outside.world import World
from emulator.settings import Settings
from keys import jwks, signing
from keys.signing import KeyRing, SigningKey
from tests.api.identity_app import App, an_app, refused
from tests.builders import Api, Refused
from tests.conftest import NOON

BASE = "http://localhost"
APPS = {
    "accounts.google.com": "google-app",
    "appleid.apple.com": "com.example.app",
    "graph.facebook.com": "7346241598935555",
    "www.amazon.com": "amzn1.application-oa2-client.abc",
    "api.twitter.com": "key;secret",
}
UNVERIFIED = ("NotAuthorizedException", "Invalid login token. Couldn't verify signed token.")
MISMATCH = ("NotAuthorizedException", "Invalid login token. Issuer doesn't match providerName")
UNSUPPORTED = ("NotAuthorizedException", "Token is not from a supported provider of this identity pool.")

GOOGLE = ("accounts.google.com", "https://www.googleapis.com/oauth2/v3/certs")
ISSUERS = [
    ("https://accounts.google.com", *GOOGLE),
    ("accounts.google.com", *GOOGLE),
    (f"{BASE}/_emulator/idp/google", GOOGLE[0], f"{BASE}/_emulator/idp/google/oauth2/v3/certs"),
    ("https://appleid.apple.com", "appleid.apple.com", "https://appleid.apple.com/auth/keys"),
    (f"{BASE}/_emulator/idp/apple", "appleid.apple.com", f"{BASE}/_emulator/idp/apple/auth/keys"),
]
"""`iss`, the provider's name, and where its keys are."""
PROFILES = [
    ("graph.facebook.com", f"{BASE}/_emulator/idp/facebook/v17.0/me?fields=id", "id"),
    ("www.amazon.com", f"{BASE}/_emulator/idp/amazon/user/profile", "user_id"),
]


@pytest.fixture(scope="session")
def key() -> SigningKey:
    return signing.generate()


@pytest.fixture
def pages() -> CannedHttp:
    return CannedHttp()


@pytest.fixture
def world(world: World, pages: CannedHttp) -> World:
    return replace(world, http=pages)


@pytest.fixture
def mine(api: Api, pages: CannedHttp) -> App:
    api.world.loopback.app = None  # so that the stand-ins too answer what `pages` has
    app = an_app(api)
    app.update(SupportedLoginProviders=APPS)
    return app


def a_token(key: SigningKey, issuer: str, app: str, **claims: Any) -> str:
    return KeyRing().sign(key, {"iss": issuer, "aud": app, "sub": "42", "exp": NOON + 600, **claims})


@pytest.mark.parametrize(("issuer", "name", "keys"), ISSUERS)
def test_an_id_token_is_verified_with_the_providers_keys(
    mine: App, pages: CannedHttp, key: SigningKey, issuer: str, name: str, keys: str
) -> None:
    pages.put(keys, jwks.jwk_set([key]))
    login = {name: a_token(key, issuer, APPS[name])}
    identity = mine.get_id(login)
    assert mine.get_id(login) == identity
    assert mine.described(identity)["Logins"] == [name]
    assert pages.urls == [keys]
    amr = mine.opened(mine.token(identity, login)["Token"])["amr"]
    assert amr == ["authenticated", name, f"{name}:{APPS[name]}:42"]
    forged = {name: a_token(SigningKey(key.kid, signing.generate().pem), issuer, APPS[name])}
    assert refused(mine.get_id, forged) == UNVERIFIED


def test_the_token_must_be_for_the_app(mine: App, pages: CannedHttp, key: SigningKey) -> None:
    issuer, name, keys = ISSUERS[0]
    pages.put(keys, jwks.jwk_set([key]))
    assert refused(mine.get_id, {name: a_token(key, issuer, "other")}) == UNSUPPORTED
    assert mine.get_id({name: a_token(key, issuer, APPS[name], azp="android")})
    mine.update(SupportedLoginProviders={name: "web;android"})
    assert mine.get_id({name: a_token(key, issuer, "android")})


@pytest.mark.parametrize("issuer", ["https://evil.example", f"{BASE}/_emulator/idp/apple", "https://appleid.apple.com"])
def test_a_token_of_another_issuer_is_refused_before_anything_is_fetched(
    mine: App, pages: CannedHttp, key: SigningKey, issuer: str
) -> None:
    assert refused(mine.get_id, {"accounts.google.com": a_token(key, issuer, "google-app")}) == MISMATCH
    assert pages.urls == []


@pytest.mark.parametrize(("name", "url", "member"), PROFILES)
def test_an_access_token_is_shown_to_the_provider(
    mine: App, pages: CannedHttp, name: str, url: str, member: str
) -> None:
    pages.put(url, {member: "amzn1.account.42"})
    identity = mine.get_id({name: "EAAx|1"})
    assert mine.get_id({name: "EAAx|2"}) == identity
    assert [request.headers["Authorization"] for request in pages.requests] == ["Bearer EAAx|1", "Bearer EAAx|2"]
    assert mine.described(identity)["Logins"] == [name]
    amr = mine.opened(mine.token(identity, {name: "EAAx|1"})["Token"])["amr"]
    assert amr == ["authenticated", name, f"{name}:{APPS[name]}:amzn1.account.42"]


@pytest.mark.parametrize(("name", "url"), [row[:2] for row in PROFILES])
@pytest.mark.parametrize(
    ("body", "status", "told"),
    [
        ({"error": {}}, 400, UNVERIFIED),
        ({}, 401, UNVERIFIED),
        ({}, 200, UNVERIFIED),
        ({"id": 42, "user_id": None}, 200, UNVERIFIED),
        ({"id": "\ud800", "user_id": "\ud800"}, 200, UNVERIFIED),
        ("[]", 200, ("ExternalServiceException", "The identity provider of a login could not be reached.")),
        ("", 503, ("ExternalServiceException", "The identity provider of a login could not be reached.")),
    ],
)
def test_an_access_token_that_the_provider_does_not_know_is_refused(
    mine: App, pages: CannedHttp, name: str, url: str, body: Any, status: int, told: tuple[str, str]
) -> None:
    pages.put(url, body, status)
    assert refused(mine.get_id, {name: "EAAx"}) == told


class TestRealProviders:
    """With `--social real`, Facebook and Amazon tell of users and apps; nobody asks the stand-ins."""

    @pytest.fixture
    def settings(self) -> Settings:
        return Settings(ephemeral=True, social="real")

    def test_facebook_tells_the_user_and_the_app(self, mine: App, pages: CannedHttp) -> None:
        me, app = "https://graph.facebook.com/me?fields=id", "https://graph.facebook.com/app?fields=id"
        pages.put(me, {"id": "42"})
        pages.put(app, {"id": APPS["graph.facebook.com"]})
        assert mine.get_id({"graph.facebook.com": "EAAx"})
        assert pages.urls == [me, app]
        assert {request.headers["Authorization"] for request in pages.requests} == {"Bearer EAAx"}
        pages.put(app, {"id": "another"})
        assert refused(mine.get_id, {"graph.facebook.com": "EAAx"}) == UNSUPPORTED

    @pytest.mark.parametrize("member", ["aud", "app_id"])
    def test_amazon_tells_the_user_and_the_app(self, mine: App, pages: CannedHttp, member: str) -> None:
        url = "https://api.amazon.com/auth/o2/tokeninfo?access_token=Atza%7Cx%2F"
        pages.put(url, {"user_id": "42", member: APPS["www.amazon.com"]})
        assert mine.get_id({"www.amazon.com": "Atza|x/"})
        assert pages.urls == [url]
        pages.put(url, {"user_id": "42", member: "another"})
        assert refused(mine.get_id, {"www.amazon.com": "Atza|x/"}) == UNSUPPORTED

    def test_a_token_is_not_in_the_log(self, mine: App, pages: CannedHttp, caplog: pytest.LogCaptureFixture) -> None:
        pages.put("https://api.amazon.com/auth/o2/tokeninfo?access_token=Atza%7Csecret", {"error": "x"}, 400)
        with caplog.at_level("INFO"):
            assert refused(mine.get_id, {"www.amazon.com": "Atza|secret"}) == UNVERIFIED
        assert "api.amazon.com" in caplog.text
        assert "secret" not in caplog.text

    def test_a_stand_in_is_not_google(self, mine: App, key: SigningKey) -> None:
        token = a_token(key, f"{BASE}/_emulator/idp/google", APPS["accounts.google.com"])
        assert refused(mine.get_id, {"accounts.google.com": token}) == MISMATCH


@pytest.mark.parametrize("token", ["a\r\nHost: evil.example", "ä", "\x00"])
def test_what_is_no_token_is_not_sent(mine: App, pages: CannedHttp, token: str) -> None:
    assert refused(mine.get_id, {"graph.facebook.com": token}) == UNVERIFIED
    assert pages.urls == []


def test_twitter_is_not_built(mine: App) -> None:
    with pytest.raises(Refused) as refusal:
        mine.get_id({"api.twitter.com": "access;secret"})
    assert (refusal.value.status, refusal.value.code) == (501, "NotImplementedException")
    assert "api.twitter.com" in refusal.value.message


def test_amazons_users_are_tagged_by_their_id(mine: App, pages: CannedHttp) -> None:
    pages.put(PROFILES[1][1], {"user_id": "42"})
    named = {"IdentityPoolId": mine.identity_pool, "IdentityProviderName": "www.amazon.com"}
    shown = mine.api.identity("SetPrincipalTagAttributeMap", **named, UseDefaults=True)
    assert shown["PrincipalTags"] == {"client": "aud", "username": "user_id"}
    login = {"www.amazon.com": "Atza|x"}
    claims = mine.opened(mine.token(mine.get_id(login), login)["Token"])
    expected = {"client": [APPS["www.amazon.com"]], "username": ["42"]}
    assert claims["https://aws.amazon.com/tags"] == {"principal_tags": expected}
