"""Developer-authenticated identities: users whom a backend vouches for."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.identity_app import DEVELOPER, App, an_app, refused
from tests.builders import Api
from tests.conftest import NOON

TOKENS = "cognito-identity.amazonaws.com"
NO_MATCH = (
    "NotAuthorizedException",
    "Logins don't match. Please include at least one valid login for this identity or identity pool.",
)
WRONG_PROVIDER = (
    "NotAuthorizedException",
    "This identity pool does not support the specified developer provider",
)
MISMATCH = ("ResourceConflictException", "The developer user is not linked to this identity.")


@pytest.fixture
def mine(api: Api) -> App:
    app = an_app(api)
    app.update(DeveloperProviderName=DEVELOPER)
    return app


def forbidden(identity: str) -> tuple[str, str]:
    return "NotAuthorizedException", f"Access to Identity '{identity}' is forbidden."


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


@pytest.mark.parametrize("name", ["accounts.google.com", TOKENS, "login.corp.example"])
def test_a_developer_provider_has_no_public_providers_name(mine: App, name: str) -> None:
    members = {"IdentityPoolName": "x", "AllowUnauthenticatedIdentities": False, "DeveloperProviderName": name}
    arns = ["arn:aws:iam::000000000000:oidc-provider/login.corp.example"]
    told = refused(mine.api.identity, "CreateIdentityPool", **members, OpenIdConnectProviderARNs=arns)
    assert told == ("InvalidParameterException", f"The developer provider cannot be called {name}.")


class TestLookup:
    def test_a_user_leads_to_the_identity_and_back(self, mine: App) -> None:
        identity = mine.vouch("ana")["IdentityId"]
        both = {"IdentityId": identity, "DeveloperUserIdentifierList": ["ana"]}
        assert look_up(mine, DeveloperUserIdentifier="ana") == both
        assert look_up(mine, IdentityId=identity) == both
        assert look_up(mine, IdentityId=identity, DeveloperUserIdentifier="ana") == both

    def test_what_does_not_belong_together_is_a_conflict(self, mine: App) -> None:
        mine.vouch("ana")
        other = mine.vouch("bob")["IdentityId"]
        assert refused(look_up, mine, IdentityId=other, DeveloperUserIdentifier="ana") == MISMATCH

    def test_who_is_unknown_is_not_found(self, mine: App, api: Api) -> None:
        guest = an_app(api).get_id()
        assert refused(look_up, mine, DeveloperUserIdentifier="eve") == unknown("eve")
        assert refused(look_up, mine, IdentityId=mine.get_id(), DeveloperUserIdentifier="eve") == unknown("eve")
        told = ("ResourceNotFoundException", f"Identity '{guest}' not found.")
        assert refused(look_up, mine, IdentityId=guest) == told

    def test_an_identity_may_have_no_user(self, mine: App) -> None:
        guest = mine.get_id()
        assert look_up(mine, IdentityId=guest) == {"IdentityId": guest, "DeveloperUserIdentifierList": []}

    def test_one_of_the_two_is_needed(self, mine: App) -> None:
        told = ("InvalidParameterException", "Either IdentityId or DeveloperUserIdentifier is required.")
        assert refused(look_up, mine) == told

    def test_a_user_of_another_pool_with_the_same_name_is_another_one(self, mine: App, api: Api) -> None:
        other = an_app(api)
        other.update(DeveloperProviderName=DEVELOPER)
        assert mine.vouch("ana")["IdentityId"] != other.vouch("ana")["IdentityId"]


class TestMerge:
    def test_the_source_moves_to_the_destinations_identity(self, mine: App) -> None:
        source, destination = mine.vouch("ana")["IdentityId"], mine.vouch("bob")["IdentityId"]
        token = {TOKENS: mine.vouch("ana")["Token"]}
        assert merge(mine, "ana", "bob") == destination
        assert mine.vouch("ana")["IdentityId"] == destination
        assert look_up(mine, IdentityId=destination)["DeveloperUserIdentifierList"] == ["ana", "bob"]
        assert mine.described(destination)["Logins"] == [DEVELOPER]
        assert refused(mine.credentials, source, token) == NO_MATCH
        assert mine.described(source)["Logins"] == []

    def test_public_logins_move_too_unless_they_conflict(self, mine: App) -> None:
        ana, eve = mine.a_user("ana"), mine.a_user("eve")
        mine.vouch("a", Logins=ana)
        destination = mine.vouch("b")["IdentityId"]
        assert merge(mine, "a", "b") == destination == mine.get_id(ana)
        other = mine.vouch("e", Logins=eve)["IdentityId"]
        told = ("ResourceConflictException", f"Another login of {mine.provider} is linked to this identity.")
        assert refused(merge, mine, "e", "b") == told
        assert mine.get_id(eve) == other

    def test_users_of_one_identity_stay_there(self, mine: App) -> None:
        identity = mine.vouch("ana")["IdentityId"]
        assert merge(mine, "ana", "ana") == identity
        assert mine.vouch("ana")["IdentityId"] == identity

    def test_unknown_users_are_not_found(self, mine: App) -> None:
        mine.vouch("ana")
        assert refused(merge, mine, "ana", "eve") == unknown("eve")
        assert refused(merge, mine, "eve", "ana") == unknown("eve")

    def test_an_identity_has_twenty_logins_at_most(self, mine: App) -> None:
        destination = mine.vouch("0")["IdentityId"]
        for number in range(1, 20):
            mine.vouch(str(number))
            assert merge(mine, str(number), "0") == destination
        lonely = mine.vouch("20")["IdentityId"]
        told = ("ResourceConflictException", "An identity cannot have more than 20 logins.")
        assert refused(merge, mine, "20", "0") == told
        assert mine.vouch("20")["IdentityId"] == lonely
        assert refused(mine.vouch, "0", destination, Logins=mine.a_user()) == told


class TestUnlink:
    def test_an_unlinked_user_is_somebody_new(self, mine: App) -> None:
        identity = mine.vouch("ana")["IdentityId"]
        assert unlink(mine, identity, "ana") == {}
        assert mine.described(identity)["Logins"] == []
        assert mine.vouch("ana")["IdentityId"] != identity

    def test_an_identity_without_logins_is_closed_for_everybody(self, mine: App) -> None:
        identity = mine.vouch("ana")["IdentityId"]
        unlink(mine, identity, "ana")
        assert refused(mine.credentials, identity) == forbidden(identity)
        assert refused(mine.vouch, "ana", identity) == forbidden(identity)

    def test_other_logins_keep_it_open(self, mine: App) -> None:
        ana = mine.a_user()
        identity = mine.vouch("ana", Logins=ana)["IdentityId"]
        unlink(mine, identity, "ana")
        assert mine.credentials(identity, ana)["IdentityId"] == identity
        assert mine.described(identity)["Logins"] == [mine.provider]

    def test_only_the_identitys_own_user_is_unlinked(self, mine: App) -> None:
        ana, bob = mine.vouch("ana")["IdentityId"], mine.vouch("bob")["IdentityId"]
        assert refused(unlink, mine, bob, "ana") == MISMATCH
        assert refused(unlink, mine, bob, "eve") == unknown("eve")
        assert mine.vouch("ana")["IdentityId"] == ana
