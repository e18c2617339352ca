"""Developer-authenticated identities: users whom a backend vouches for."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.identity_app import DEVELOPER, NO_MATCH, App, an_app, forbidden, refused
from tests.builders import Api
from tests.conftest import NOON

TOKENS = "cognito-identity.amazonaws.com"
WRONG_PROVIDER = (
    "NotAuthorizedException",
    "This identity pool does not support the specified developer provider",
)


@pytest.fixture
def mine(api: Api) -> App:
    app = an_app(api)
    app.update(DeveloperProviderName=DEVELOPER)
    return app


def unknown(user: str) -> tuple[str, str]:
    return "ResourceNotFoundException", f"Developer user '{user}' not found."


def merge(mine: App, source: str, destination: str, **members: Any) -> str:
    users = {"SourceUserIdentifier": source, "DestinationUserIdentifier": destination}
    return str(mine.of_developer("MergeDeveloperIdentities", **users, **members)["IdentityId"])


def look_up(mine: App, **members: Any) -> dict[str, Any]:
    return mine.api.identity("LookupDeveloperIdentity", IdentityPoolId=mine.identity_pool, **members)


def unlink(mine: App, identity: str, user: str, **members: Any) -> dict[str, Any]:
    named = {"IdentityId": identity, "DeveloperUserIdentifier": user}
    return mine.of_developer("UnlinkDeveloperIdentity", **named, **members)


def test_a_user_is_registered_once_and_gets_a_token_for_fifteen_minutes(mine: App) -> None:
    first, again = mine.vouch("ana"), mine.vouch("ana")
    assert first["IdentityId"] == again["IdentityId"] != mine.vouch("bob")["IdentityId"]
    claims = mine.opened(first["Token"])
    assert claims["sub"] == first["IdentityId"]
    assert claims["amr"] == ["authenticated", DEVELOPER, f"{DEVELOPER}:{mine.identity_pool}:ana"]
    assert (claims["iat"], claims["exp"]) == (NOON, NOON + 900)
    assert mine.described(first["IdentityId"])["Logins"] == [DEVELOPER]


@pytest.mark.parametrize("seconds", [1, 86_400])
def test_a_token_lasts_as_long_as_the_backend_says(mine: App, seconds: int) -> None:
    claims = mine.opened(mine.vouch("ana", TokenDuration=seconds)["Token"])
    assert claims["exp"] - claims["iat"] == seconds


@pytest.mark.parametrize("seconds", [0, 86_401])
def test_no_token_lasts_longer_than_a_day(mine: App, seconds: int) -> None:
    assert refused(mine.vouch, "ana", TokenDuration=seconds)[0] == "ValidationException"


def test_the_token_is_traded_for_credentials_of_the_identity_alone(mine: App) -> None:
    given = mine.vouch("ana")
    identity, logins = given["IdentityId"], {TOKENS: given["Token"]}
    answer = mine.credentials(identity, logins)
    assert answer["IdentityId"] == identity
    keys = answer["Credentials"]
    caller = mine.api.sts("GetCallerIdentity", keys["AccessKeyId"], keys["SessionToken"])
    assert caller["Arn"].endswith("assumed-role/user/CognitoIdentityCredentials")
    assert mine.get_id(logins) == identity
    assert refused(mine.credentials, mine.get_id(), logins) == NO_MATCH
    assert refused(mine.credentials, mine.vouch("bob")["IdentityId"], logins) == NO_MATCH
    assert refused(mine.credentials, identity) == forbidden(identity)


def test_a_token_ends_at_its_second_and_with_its_user(mine: App) -> None:
    given = mine.vouch("ana")
    identity, logins = given["IdentityId"], {TOKENS: given["Token"]}
    mine.api.world.clock.advance(seconds=899)
    assert mine.credentials(identity, logins)
    mine.api.world.clock.advance(seconds=1)
    moment = int(NOON) + 900
    told = f"Invalid login token. Token expired: {moment} >= {moment}"
    assert refused(mine.credentials, identity, logins) == ("NotAuthorizedException", told)
    fresh = {TOKENS: mine.vouch("ana")["Token"]}
    unlink(mine, identity, "ana")
    assert refused(mine.credentials, identity, fresh) == NO_MATCH


def test_a_token_cannot_be_renewed_without_the_backend(mine: App) -> None:
    given = mine.vouch("ana", TokenDuration=700)
    identity = given["IdentityId"]
    mine.api.world.clock.advance(seconds=300)
    renewed = mine.token(identity, {TOKENS: given["Token"]})["Token"]
    assert mine.opened(renewed)["amr"] == mine.opened(given["Token"])["amr"]
    assert mine.opened(renewed)["exp"] == mine.opened(given["Token"])["exp"] == NOON + 700
    again = mine.token(identity, {TOKENS: renewed})["Token"]
    assert mine.opened(again)["exp"] == NOON + 700


def test_a_token_that_is_not_a_developers_is_refused(mine: App, api: Api) -> None:
    other = an_app(api)
    other.update(DeveloperProviderName=DEVELOPER)
    unsupported = ("NotAuthorizedException", "Token is not from a supported provider of this identity pool.")
    mismatch = ("NotAuthorizedException", "Invalid login token. Issuer doesn't match providerName")
    ana = mine.a_user()
    guest, user = mine.get_id(), mine.get_id(ana)
    for foreign, told in (
        (other.vouch("ana")["Token"], unsupported),
        (mine.token(guest)["Token"], unsupported),
        (mine.token(user, ana)["Token"], unsupported),
        (ana[mine.provider], mismatch),
        ("x", ("NotAuthorizedException", "Invalid login token. Not a valid OpenId Connect identity token.")),
    ):
        assert refused(mine.get_id, {TOKENS: foreign}) == told
    header, _, signature = mine.vouch("ana")["Token"].split(".")
    forged = f"{header}.{other.vouch('eve')['Token'].split('.')[1]}.{signature}"
    told = ("NotAuthorizedException", "Invalid login token. Couldn't verify signed token.")
    assert refused(mine.get_id, {TOKENS: forged}) == told


def test_a_guest_becomes_a_developers_user_and_keeps_the_identity(mine: App) -> None:
    guest = mine.get_id()
    assert mine.vouch("ana", guest)["IdentityId"] == guest
    assert mine.vouch("ana")["IdentityId"] == guest
    assert mine.vouch("ana", guest)["IdentityId"] == guest
    assert refused(mine.credentials, guest) == forbidden(guest)


def test_a_user_with_another_identity_is_registered_already(mine: App) -> None:
    mine.vouch("ana")
    told = ("DeveloperUserAlreadyRegisteredException", "The developer user is registered with another identity.")
    assert refused(mine.vouch, "ana", mine.get_id()) == told
    assert refused(mine.vouch, "ana", mine.vouch("bob")["IdentityId"]) == told


def test_an_identity_of_others_needs_one_of_its_logins(mine: App) -> None:
    ana = mine.a_user()
    user = mine.get_id(ana)
    assert refused(mine.vouch, "ana", user) == NO_MATCH
    assert refused(mine.vouch, "ana", user, Logins=mine.a_user("eve")) == NO_MATCH
    given = mine.vouch("ana", user, Logins=ana)
    assert given["IdentityId"] == user
    assert mine.described(user)["Logins"] == sorted([mine.provider, DEVELOPER])
    assert mine.opened(given["Token"])["amr"][:2] == ["authenticated", DEVELOPER]
    assert len(mine.opened(given["Token"])["amr"]) == 5
    assert mine.get_id(ana) == mine.vouch("ana")["IdentityId"] == user


def test_public_logins_are_validated_and_linked(mine: App) -> None:
    ana = mine.a_user()
    identity = mine.vouch("ana", Logins=ana)["IdentityId"]
    assert mine.get_id(ana) == identity
    told = refused(mine.vouch, "ana", Logins={mine.provider: "x"})
    assert told == ("NotAuthorizedException", "Invalid login token. Not a valid OpenId Connect identity token.")


def test_an_identity_of_another_pool_is_not_found(mine: App, api: Api) -> None:
    other = an_app(api)
    guest = other.get_id()
    assert refused(mine.vouch, "ana", guest) == ("ResourceNotFoundException", f"Identity '{guest}' not found.")


def test_a_merged_identity_is_forbidden(mine: App) -> None:
    source = mine.vouch("ana")["IdentityId"]
    mine.vouch("bob")
    merge(mine, "ana", "bob")
    assert refused(mine.vouch, "new", source) == forbidden(source)


@pytest.mark.parametrize("logins", [{"other.example": "ana"}, {TOKENS: "x"}, {"graph.facebook.com": "x"}])
def test_the_developer_provider_must_be_the_pools(mine: App, logins: dict[str, str]) -> None:
    members = {"IdentityPoolId": mine.identity_pool, "Logins": logins}
    assert refused(mine.api.identity, "GetOpenIdTokenForDeveloperIdentity", **members) == WRONG_PROVIDER


def test_a_pool_without_a_developer_provider_vouches_for_nobody(api: Api) -> None:
    app = an_app(api)
    assert refused(app.vouch, "ana") == WRONG_PROVIDER
    assert refused(merge, app, "ana", "bob") == WRONG_PROVIDER
    assert refused(unlink, app, app.get_id(), "ana") == WRONG_PROVIDER
    assert refused(look_up, app, DeveloperUserIdentifier="ana") == unknown("ana")


def test_another_developer_providers_name_is_refused_everywhere(mine: App) -> None:
    identity = mine.vouch("ana")["IdentityId"]
    other = {"DeveloperProviderName": "other.example"}
    assert refused(merge, mine, "ana", "ana", **other) == WRONG_PROVIDER
    assert refused(unlink, mine, identity, "ana", **other) == WRONG_PROVIDER


def test_a_users_identifier_has_1024_characters_at_most(mine: App) -> None:
    assert mine.vouch("x" * 1024)
    told = ("InvalidParameterException", "A developer user identifier has at most 1024 characters.")
    assert refused(mine.vouch, "x" * 1025) == told
    told = ("InvalidParameterException", "A developer user identifier has at most 2048 bytes in UTF-8.")
    assert refused(mine.vouch, "\u20ac" * 683) == told


@pytest.mark.parametrize("user", ["x" * 1024, "\xe9" * 1024, "\U0001f600" * 512, "a:b:c", "nul\0"])
def test_any_user_gets_credentials(mine: App, user: str) -> None:
    given = mine.vouch(user)
    logins = {TOKENS: given["Token"]}
    assert mine.credentials(given["IdentityId"], logins)["IdentityId"] == given["IdentityId"]
    found = mine.api.identity(
        "LookupDeveloperIdentity", IdentityPoolId=mine.identity_pool, DeveloperUserIdentifier=user
    )
    assert found["IdentityId"] == given["IdentityId"]


@pytest.mark.parametrize("name", ["accounts.google.com", TOKENS, "login.corp.example"])
def test_a_developer_provider_has_no_public_providers_name(mine: App, name: str) -> None:
    members = {"IdentityPoolName": "x", "AllowUnauthenticatedIdentities": False, "DeveloperProviderName": name}
    arns = ["arn:aws:iam::000000000000:oidc-provider/login.corp.example"]
    told = refused(mine.api.identity, "CreateIdentityPool", **members, OpenIdConnectProviderARNs=arns)
    assert told == ("InvalidParameterException", f"The developer provider cannot be called {name}.")
