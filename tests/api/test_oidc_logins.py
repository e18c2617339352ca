"""Logins with ID tokens of OpenID Connect providers, whose signatures are checked with the published keys."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from emulator.outside.http import CannedHttp
from emulator.outside.iam import ListedIam
from emulator.outside.world import World
from keys import jwks, signing
from keys.signing import KeyRing, SigningKey
from tests.api.identity_app import DEVELOPER, App, an_app, refused
from tests.api.issuers import Issuer, accepting
from tests.api.meanwhile.moments import Moments
from tests.builders import Api
from tests.conftest import NOON

UNVERIFIED = ("NotAuthorizedException", "Invalid login token. Couldn't verify signed token.")
MISMATCH = ("NotAuthorizedException", "Invalid login token. Issuer doesn't match providerName")
NO_TOKEN = ("NotAuthorizedException", "Invalid login token. Not a valid OpenId Connect identity token.")
UNSUPPORTED = ("NotAuthorizedException", "Token is not from a supported provider of this identity pool.")
UNREACHABLE = ("ExternalServiceException", "The identity provider of a login could not be reached.")


@pytest.fixture(scope="session")
def corps_key() -> SigningKey:
    return signing.generate()


@pytest.fixture
def pages() -> CannedHttp:
    return CannedHttp()


@pytest.fixture
def listed() -> dict[str, list[str]]:
    """The ClientIDLists of IAM, by ARN."""
    return {}


@pytest.fixture
def world(world: World, pages: CannedHttp, listed: dict[str, list[str]]) -> World:
    return replace(world, http=pages, iam=ListedIam(client_id_lists=listed))


@pytest.fixture
def corp(pages: CannedHttp, corps_key: SigningKey) -> Issuer:
    return Issuer(pages, corps_key).publish()


@pytest.fixture
def mine(api: Api, corp: Issuer) -> App:
    return accepting(an_app(api), corp)


def test_a_user_of_the_provider_is_one_identity_with_the_role_of_users(mine: App, corp: Issuer) -> None:
    identity = mine.get_id(corp.logins())
    assert mine.get_id(corp.logins(aud="another app")) == identity
    assert mine.get_id(corp.logins("43")) != identity
    assert mine.described(identity)["Logins"] == [corp.name]
    caller = mine.credentials(identity, corp.logins())
    assert caller["IdentityId"] == identity
    claims = mine.opened(mine.token(identity, corp.logins())["Token"])
    assert claims["amr"] == ["authenticated", corp.name, f"{corp.arn}:OIDC:42"]


def test_keys_are_fetched_once_and_again_for_a_key_that_is_unknown(mine: App, corp: Issuer, pages: CannedHttp) -> None:
    identity = mine.get_id(corp.logins())
    fetched = [corp.discovery_url, f"{corp.url}/keys"]
    assert pages.urls == fetched
    assert mine.get_id(corp.logins()) == identity
    assert pages.urls == fetched
    rotated = Issuer(pages, signing.generate()).publish()
    assert refused(mine.get_id, rotated.logins()) == UNVERIFIED
    assert pages.urls == fetched
    mine.api.world.clock.advance(seconds=31)
    assert mine.get_id(rotated.logins()) == identity
    assert pages.urls == fetched * 2


@pytest.mark.parametrize("url", ["http://localhost:8080/realm", "http://[::1]:9000", "https://tenant.example.com/"])
def test_an_issuer_may_have_a_port_and_be_reached_by_http_and_end_in_a_slash(
    api: Api, pages: CannedHttp, corps_key: SigningKey, url: str
) -> None:
    issuer = Issuer(pages, corps_key, url).publish()
    mine = accepting(an_app(api), issuer)
    identity = mine.get_id(issuer.logins())
    assert mine.get_id({f"{issuer.name}/": issuer.token()}) == identity


@pytest.mark.parametrize(
    ("claims", "told"),
    [
        ({"iss": "https://evil.example"}, MISMATCH),
        ({"iss": None}, ("NotAuthorizedException", "Invalid login token. Missing a required claim: iss")),
        ({"aud": None}, ("NotAuthorizedException", "Invalid login token. Missing a required claim: aud")),
        ({"sub": ""}, NO_TOKEN),
        ({"sub": "\ud800"}, NO_TOKEN),
        ({"sub": "x" * 257}, NO_TOKEN),
        ({"aud": {"app": 1}}, NO_TOKEN),
        ({"exp": NOON}, ("NotAuthorizedException", f"Invalid login token. Token expired: {NOON:.0f} >= {NOON:.0f}")),
        ({"iat": NOON + 301}, NO_TOKEN),
        ({"nbf": NOON + 301}, NO_TOKEN),
        ({"nbf": "soon"}, NO_TOKEN),
    ],
)
def test_a_token_that_is_not_good_is_refused_before_anything_is_fetched(
    mine: App, corp: Issuer, pages: CannedHttp, claims: dict[str, Any], told: tuple[str, str]
) -> None:
    assert refused(mine.get_id, corp.logins(**claims)) == told
    assert refused(mine.credentials, mine.get_id(), corp.logins(**claims)) == told
    assert pages.urls == []


def test_clocks_may_differ_by_five_minutes(mine: App, corp: Issuer) -> None:
    assert mine.get_id(corp.logins(iat=NOON + 300, nbf=NOON + 300))


def test_only_the_issuers_keys_sign_its_tokens(mine: App, corp: Issuer) -> None:
    stranger = signing.generate()
    claims = signing.peek(corp.token())[1]
    for key in (stranger, SigningKey(corp.key.kid, stranger.pem)):
        assert refused(mine.get_id, {corp.name: KeyRing().sign(key, claims)}) == UNVERIFIED
    header, _, signature = corp.token().split(".")
    changed = f"{header}.{corp.token('43').split('.')[1]}.{signature}"
    assert refused(mine.get_id, {corp.name: changed}) == UNVERIFIED


@pytest.mark.parametrize(
    "breaks",
    [
        lambda corp: corp.pages.answers.clear(),
        lambda corp: corp.pages.put(corp.discovery_url, "{}", 500),
        lambda corp: corp.pages.put(corp.discovery_url, "{}", 404),
        lambda corp: corp.pages.put(corp.discovery_url, "[" * 9000),
        lambda corp: corp.pages.put(corp.discovery_url, {"issuer": corp.url}),
        lambda corp: corp.pages.put(corp.discovery_url, {"issuer": corp.url, "jwks_uri": "file:///etc/passwd"}),
        lambda corp: corp.pages.put(
            corp.discovery_url, {"issuer": "https://evil.example", "jwks_uri": f"{corp.url}/keys"}
        ),
        lambda corp: corp.pages.put(f"{corp.url}/keys", "no keys"),
        lambda corp: corp.pages.put(f"{corp.url}/keys", "x" * 300_000),
    ],
)
def test_a_provider_that_cannot_be_asked_is_an_external_fault_in_the_same_words(
    mine: App, corp: Issuer, breaks: Any
) -> None:
    breaks(corp)
    assert refused(mine.get_id, corp.logins()) == UNREACHABLE


def test_a_backends_call_says_so_in_an_exception_that_it_declares(mine: App, corp: Issuer) -> None:
    mine.update(OpenIdConnectProviderARNs=[corp.arn], DeveloperProviderName=DEVELOPER)
    corp.pages.answers.clear()
    told = refused(mine.vouch, "ana", Logins=corp.logins())
    assert told == ("NotAuthorizedException", UNREACHABLE[1])


def test_a_provider_that_is_not_configured_is_never_asked(mine: App, corp: Issuer, pages: CannedHttp) -> None:
    other = Issuer(pages, corp.key, "https://other.example.com").publish()
    assert refused(mine.get_id, other.logins()) == UNSUPPORTED
    assert refused(mine.get_id, {other.name: corp.token()}) == MISMATCH
    assert refused(mine.get_id, {corp.name: other.token()}) == MISMATCH
    assert pages.urls == []


def test_the_client_must_be_in_the_providers_list_where_iam_has_one(
    mine: App, corp: Issuer, listed: dict[str, list[str]]
) -> None:
    listed[corp.arn] = ["app"]
    assert mine.get_id(corp.logins())
    assert mine.get_id(corp.logins(aud=["other", "more"], azp="app"))
    assert refused(mine.get_id, corp.logins(aud="other")) == UNSUPPORTED
    assert refused(mine.get_id, corp.logins(azp="other")) == UNSUPPORTED


def test_rules_and_roles_in_the_token_go_by_the_arn_of_the_provider(mine: App, corp: Issuer) -> None:
    role = "arn:aws:iam::000000000000:role/staff"
    rule = {"Claim": "team", "MatchType": "Equals", "Value": "a", "RoleARN": role}
    rules = {"Type": "Rules", "AmbiguousRoleResolution": "Deny", "RulesConfiguration": {"Rules": [rule]}}
    mine.roles(RoleMappings={corp.arn: rules})
    identity = mine.get_id(corp.logins())
    given = mine.credentials(identity, corp.logins(team="a"))["Credentials"]
    caller = mine.api.sts("GetCallerIdentity", given["AccessKeyId"], given["SessionToken"])
    assert caller["Arn"] == "arn:aws:sts::000000000000:assumed-role/staff/CognitoIdentityCredentials"
    told = f"The ambiguous role mapping rules for: {corp.arn} denied this request."
    assert refused(mine.credentials, identity, corp.logins(team="b")) == ("NotAuthorizedException", told)


def test_a_user_of_two_kinds_of_providers_is_one_identity(mine: App, corp: Issuer) -> None:
    ana = mine.a_user()
    both = mine.get_id(ana | corp.logins())
    assert mine.described(both)["Logins"] == sorted([corp.name, mine.provider])
    assert mine.get_id(corp.logins()) == mine.get_id(ana) == both
    amr = mine.opened(mine.token(both, corp.logins() | ana)["Token"])["amr"]
    assert (amr[0], amr[1], amr[3]) == ("authenticated", mine.provider, corp.name)
    assert mine.credentials(both, corp.logins())["IdentityId"] == both


def test_a_guest_keeps_the_identity(mine: App, corp: Issuer) -> None:
    guest = mine.get_id()
    assert mine.credentials(guest, corp.logins())["IdentityId"] == guest
    assert mine.get_id(corp.logins()) == guest


def test_the_same_login_in_two_calls_at_once_is_one_identity(mine: App, corp: Issuer, moments: Moments) -> None:
    found: list[str] = []
    with moments.acting(lambda: found.append(mine.get_id(corp.logins()))):
        found.append(mine.get_id(corp.logins()))
    assert found[0] == found[1]
    assert len(mine.api.identity("ListIdentities", IdentityPoolId=mine.identity_pool, MaxResults=9)["Identities"]) == 1


def test_a_provider_that_is_taken_out_meanwhile_is_refused(mine: App, corp: Issuer, moments: Moments) -> None:
    with moments.acting(mine.update):
        assert refused(mine.get_id, corp.logins()) == UNSUPPORTED


def test_an_identity_that_is_deleted_meanwhile_is_not_found(mine: App, corp: Issuer, moments: Moments) -> None:
    guest = mine.get_id()
    told = ("ResourceNotFoundException", f"Identity '{guest}' not found.")
    with moments.acting(lambda: mine.api.identity("DeleteIdentities", IdentityIdsToDelete=[guest])):
        assert refused(mine.credentials, guest, corp.logins()) == told


def test_a_guest_who_is_merged_away_meanwhile_is_forbidden(mine: App, corp: Issuer, moments: Moments) -> None:
    ana = mine.a_user()
    user, guest = mine.get_id(ana), mine.get_id()
    with moments.acting(lambda: mine.credentials(guest, ana)):
        told = refused(mine.credentials, guest, corp.logins())
    assert told == ("NotAuthorizedException", f"Access to Identity '{guest}' is forbidden.")
    assert mine.described(user)["Logins"] == [mine.provider]
    assert mine.get_id(corp.logins()) not in {user, guest}


def test_the_keys_may_be_of_another_host_than_the_issuer(mine: App, corp: Issuer, pages: CannedHttp) -> None:
    pages.answers.clear()
    pages.put(corp.discovery_url, {"issuer": corp.url, "jwks_uri": "https://keys.example.net/"})
    pages.put("https://keys.example.net/", jwks.jwk_set([corp.key]))
    assert mine.get_id(corp.logins())


@pytest.fixture
def moments(request: pytest.FixtureRequest) -> Moments:
    return Moments(request.getfixturevalue("store"))
