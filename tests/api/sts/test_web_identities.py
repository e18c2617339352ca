"""AssumeRoleWithWebIdentity: tokens of identity pools, of user pools and of other issuers, and who is refused."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from emulator.outside.http import CannedHttp
from emulator.outside.iam import ListedIam
from emulator.outside.world import World
from keys import signing
from keys.signing import KeyRing, SigningKey
from tests.api.identity_app import App, an_app
from tests.api.identity_app import refused as told
from tests.api.issuers import Issuer, accepting
from tests.api.sts.parties import ACCOUNT, COGNITO, Keys, a_table, arn, cognito, keys, reason, refused, trusting
from tests.builders import Api, a_client, a_pool, a_user, sign_in
from tests.conftest import NOON

NO_JWT = "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)"


@pytest.fixture(scope="session")
def corps_key() -> SigningKey:
    return signing.generate()


@pytest.fixture
def pages() -> CannedHttp:
    return CannedHttp()


@pytest.fixture
def iam() -> ListedIam:
    return ListedIam()


@pytest.fixture
def world(world: World, pages: CannedHttp, iam: ListedIam) -> World:
    return replace(world, http=pages, iam=iam)


@pytest.fixture
def corp(pages: CannedHttp, corps_key: SigningKey) -> Issuer:
    return Issuer(pages, corps_key).publish()


@pytest.fixture
def mine(api: Api) -> App:
    return an_app(api)


def assume(api: Api, token: str, name: str = "app", **members: str) -> dict[str, str]:
    given = {"RoleArn": arn(name), "RoleSessionName": "web-identity", "WebIdentityToken": token, **members}
    return api.sts("AssumeRoleWithWebIdentity", **given)


def no(api: Api, token: str, name: str = "app", **members: str) -> tuple[int, str, str]:
    given = {"RoleArn": arn(name), "RoleSessionName": "web-identity", "WebIdentityToken": token, **members}
    return refused(api, "AssumeRoleWithWebIdentity", **given)


def own(mine: App, username: str = "ana") -> str:
    """The ID token of a user."""
    return next(iter(mine.a_user(username).values()))


def test_a_token_of_an_identity_pool_becomes_credentials_of_the_role_and_session_that_are_named(mine: App) -> None:
    logins = mine.a_user()
    identity = mine.get_id(logins)
    told = assume(mine.api, mine.token(identity, logins)["Token"])
    assert told["Provider"] == COGNITO
    assert told["Audience"] == mine.identity_pool
    assert told["SubjectFromWebIdentityToken"] == identity
    assert told["Expiration"] == "2027-01-15T09:00:00Z"
    assert "TrustedIdentityPropagationContext" not in told
    who = f"arn:aws:sts::{ACCOUNT}:assumed-role/app/web-identity"
    assert keys(mine.api, told).identity == (who, told["AssumedRoleId"])
    shown = mine.api.http.get(f"/_emulator/credentials?access_key_id={told['AccessKeyId']}").get_json()
    assert shown == {
        "access_key_id": told["AccessKeyId"],
        "identity_id": identity,
        "identity_pool_id": mine.identity_pool,
        "role_arn": arn("app"),
        "session_name": "web-identity",
        "principal_tags": {},
        "expires": "2027-01-15T09:00:00.000Z",
    }


def test_an_id_token_of_a_user_pool_is_taken_too_and_an_access_token_is_not(mine: App) -> None:
    token = own(mine)
    told = assume(mine.api, token, DurationSeconds="900")
    assert told["Provider"] == f"arn:aws:iam::{ACCOUNT}:oidc-provider/{mine.provider}"
    assert told["Audience"] == mine.client
    assert told["Expiration"] == "2027-01-15T08:15:00Z"
    access = sign_in(mine.api, mine.client)["AccessToken"]
    assert no(mine.api, access) == (400, "InvalidIdentityToken", NO_JWT)


def test_the_token_of_a_disabled_user_is_good_until_it_expires_since_sts_asks_nobody(mine: App) -> None:
    token = own(mine)
    mine.api.idp("AdminDisableUser", UserPoolId=mine.user_pool, Username="ana")
    assert assume(mine.api, token)
    mine.api.world.clock.advance(hours=1)
    now = int(NOON) + 3600
    assert no(mine.api, token) == (
        400,
        "ExpiredTokenException",
        f"Token expired: current date/time {now} must be before the expiration date/time {now}",
    )


def test_tokens_that_are_forged_or_of_a_pool_that_is_gone(mine: App, corps_key: SigningKey) -> None:
    token, other = own(mine), a_pool(mine.api)
    _, claims = signing.peek(token)
    ring = KeyRing()
    for forged in (
        ring.sign(corps_key, claims),
        ring.sign(replace(corps_key, kid=signing.peek(token)[0]["kid"]), claims),
        ring.sign(corps_key, {**claims, "iss": "https://cognito-identity.amazonaws.com", "aud": mine.identity_pool}),
        token[:-4] + ("AAAA" if not token.endswith("AAAA") else "BBBB"),
    ):
        assert no(mine.api, forged)[:2] == (400, "InvalidIdentityToken")
    a_user(mine.api, other, "bob")
    theirs = sign_in(mine.api, a_client(mine.api, other), "bob")["IdToken"]
    crossed = ".".join([theirs.split(".")[0], token.split(".")[1], theirs.split(".")[2]])
    assert no(mine.api, crossed)[:2] == (400, "InvalidIdentityToken")
    mine.api.idp("DeleteUserPool", UserPoolId=other)
    issuer = signing.peek(theirs)[1]["iss"]
    told = (400, "InvalidIdentityToken", f"No OpenIDConnect provider found in your account for {issuer}")
    assert no(mine.api, theirs) == told
    assert no(mine.api, "not a token") == (400, "InvalidIdentityToken", NO_JWT)


def test_a_token_of_an_identity_pool_that_is_gone_is_refused(mine: App) -> None:
    token = mine.token(mine.get_id())["Token"]
    mine.api.identity("DeleteIdentityPool", IdentityPoolId=mine.identity_pool)
    assert no(mine.api, token)[:2] == (400, "InvalidIdentityToken")


def test_a_token_of_get_web_identity_token_is_not_taken(api: Api) -> None:
    token = api.sts("GetWebIdentityToken", **{"Audience.member.1": "x", "SigningAlgorithm": "RS256"})[
        "WebIdentityToken"
    ]
    assert no(api, token)[1:] == (
        "InvalidIdentityToken",
        f"No OpenIDConnect provider found in your account for http://localhost/sts/{ACCOUNT}",
    )


def test_another_issuer_is_taken_once_an_identity_pool_lists_it(mine: App, corp: Issuer, pages: CannedHttp) -> None:
    told = (400, "InvalidIdentityToken", f"No OpenIDConnect provider found in your account for {corp.url}")
    assert no(mine.api, corp.token()) == told
    assert pages.urls == []  # nobody has the server fetch from issuers that are not listed
    accepting(mine, corp)
    answer = assume(mine.api, corp.token())
    assert (answer["SubjectFromWebIdentityToken"], answer["Audience"], answer["Provider"]) == ("42", "app", corp.arn)
    assert no(mine.api, corp.token(exp=NOON - 1))[1] == "ExpiredTokenException"


def test_the_words_where_the_keys_of_an_issuer_cannot_be_had(
    mine: App, pages: CannedHttp, corps_key: SigningKey
) -> None:
    gone = Issuer(pages, corps_key, "https://gone.example")
    accepting(mine, gone)
    assert no(mine.api, gone.token()) == (
        400,
        "InvalidIdentityToken",
        "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity"
        " documentation for requirements",
    )


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"RoleArn": "arn:aws:iam::000000000000:user/app"}, "ValidationError"),
        ({"RoleSessionName": "x"}, "ValidationError"),
        ({"DurationSeconds": "43201"}, "ValidationError"),
        ({"Policy": "{}"}, "MalformedPolicyDocument"),
        ({"ProviderId": "graph.facebook.com"}, "IDPRejectedClaim"),
    ],
)
def test_what_is_wrong_with_a_request(mine: App, members: dict[str, str], code: str) -> None:
    assert no(mine.api, own(mine), **members)[1] == code


def test_session_tags_that_an_issuer_passes(mine: App, corp: Issuer) -> None:
    accepting(mine, corp)
    tags = {"principal_tags": {"team": ["blue"], "mood": "good"}, "transitive_tag_keys": ["team"]}
    named: dict[str, Any] = {"https://aws.amazon.com/tags": tags, "https://aws.amazon.com/source_identity": "ana"}
    told = assume(mine.api, corp.token(**named))
    assert told["SourceIdentity"] == "ana"
    shown = mine.api.http.get(f"/_emulator/credentials?access_key_id={told['AccessKeyId']}").get_json()
    assert shown["principal_tags"] == {"team": "blue", "mood": "good"}
    next_one = keys(mine.api, told).call("AssumeRole", RoleArn=arn("next"), RoleSessionName="me")
    shown = mine.api.http.get(f"/_emulator/credentials?access_key_id={next_one['AccessKeyId']}").get_json()
    assert shown["principal_tags"] == {"team": "blue"}
    malformed: list[Any] = [
        {"principal_tags": {"a": ["b", "c"]}},
        {"principal_tags": [1]},
        {"transitive_tag_keys": [1]},
    ]
    for wrong in malformed:
        claims: dict[str, Any] = {"https://aws.amazon.com/tags": wrong}
        assert no(mine.api, corp.token(**claims))[1] == "InvalidIdentityToken"


POOL = "us-east-1:11111111-1111-4111-8111-111111111111"


class TestWithATable:
    """Roles that trust identity pools and issuers, as AWS's guide writes their policies."""

    @pytest.fixture
    def iam(self) -> ListedIam:
        aud = {"StringEquals": {f"{COGNITO}:aud": POOL}}

        def amr(value: str) -> dict[str, Any]:
            return {**aud, "ForAnyValue:StringLike": {f"{COGNITO}:amr": value}}

        corp = {"Federated": f"arn:aws:iam::{ACCOUNT}:oidc-provider/login.corp.example/realm"}
        web = "sts:AssumeRoleWithWebIdentity"
        return a_table(
            {
                "user@7200": [cognito(amr("authenticated"), "sts:TagSession")],
                "guest": [cognito(amr("unauthenticated"))],
                "untagged": [cognito(amr("authenticated"))],
                "other-pool": [cognito({"StringEquals": {f"{COGNITO}:aud": "us-east-1:other"}})],
                "ana": [cognito(aud), cognito({"StringEquals": {f"{COGNITO}:sub": "us-east-1:nobody"}})],
                "blue": [cognito({"StringEquals": {"aws:RequestTag/team": "blue"}}, "sts:TagSession")],
                "no-cognito": [trusting({"AWS": "*"}, "sts:AssumeRole")],
                "corp": [
                    trusting(
                        corp,
                        web,
                        {"StringEquals": {"login.corp.example/realm:aud": "app", "login.corp.example/realm:sub": "42"}},
                    )
                ],
                "pool": [
                    trusting(
                        {"Federated": "*"}, web, {"StringLike": {"cognito-idp.us-east-1.amazonaws.com/*:sub": "*"}}
                    )
                ],
            },
            oidc_providers=[{"Url": "https://login.corp.example/realm", "ClientIDList": ["app", "web"]}],
        )

    @pytest.fixture
    def mine(self, api: Api) -> App:
        app = an_app(api)
        tags = {"cognito-emulator:id": POOL}
        made = api.identity(
            "CreateIdentityPool", IdentityPoolName="pinned", AllowUnauthenticatedIdentities=True, IdentityPoolTags=tags
        )
        app.identity_pool = made["IdentityPoolId"]
        app.update()
        app.roles()
        return app

    def role_of(self, mine: App, users: str, guests: str = "guest") -> None:
        """Set the roles of the identity pool."""
        mine.roles(Roles={"authenticated": arn(users), "unauthenticated": arn(guests)})

    def test_get_credentials_for_identity_asks_the_trust_policy(self, mine: App) -> None:
        logins = mine.a_user()
        identity, guest = mine.get_id(logins), mine.get_id()
        self.role_of(mine, "user")
        assert mine.credentials(identity, logins)["Credentials"]
        assert mine.credentials(guest)["Credentials"]

    @pytest.mark.parametrize(
        ("name", "why"),
        [
            ("missing", f"the table of roles has no {arn('missing')}"),
            ("guest", f"its condition ForAnyValue:StringLike {COGNITO}:amr does not hold"),
            ("other-pool", f"its condition StringEquals {COGNITO}:aud does not hold"),
            ("no-cognito", "it is of other actions"),
        ],
    )
    def test_a_role_that_does_not_trust_the_pool_is_a_wrong_configuration(self, mine: App, name: str, why: str) -> None:
        logins = mine.a_user()
        self.role_of(mine, name)
        assert told(mine.credentials, mine.get_id(logins), logins) == (
            "InvalidIdentityPoolConfigurationException",
            "Invalid identity pool configuration. Check assigned IAM roles for this pool.",
        )
        assert why in (reason(mine.api) or "")

    def test_the_classic_flow_asks_it_too(self, mine: App) -> None:
        logins = mine.a_user()
        token = mine.token(mine.get_id(logins), logins)["Token"]
        guest = mine.token(mine.get_id())["Token"]
        assert assume(mine.api, token, "user", DurationSeconds="7200")
        assert assume(mine.api, guest, "guest")
        told = (403, "AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity")
        for wrong, name in (
            (guest, "user"),
            (token, "guest"),
            (token, "other-pool"),
            (token, "missing"),
            (token, "corp"),
        ):
            assert no(mine.api, wrong, name) == told
        assert no(mine.api, token, "user", DurationSeconds="7201") == (
            400,
            "ValidationError",
            "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
        )

    def test_tags_need_tag_session_and_may_be_asked_for(self, mine: App) -> None:
        mine.api.identity(
            "SetPrincipalTagAttributeMap",
            IdentityPoolId=mine.identity_pool,
            IdentityProviderName=mine.provider,
            UseDefaults=False,
            PrincipalTags={"team": "cognito:username"},
        )
        blue, red = mine.a_user("blue"), mine.a_user("red")
        token = mine.token(mine.get_id(blue), blue)["Token"]
        other = mine.token(mine.get_id(red), red)["Token"]
        assert assume(mine.api, token, "user")
        assert no(mine.api, token, "untagged") == (403, "AccessDenied", "Not authorized to perform sts:TagSession")
        assert assume(mine.api, token, "blue")
        assert no(mine.api, other, "blue")[:2] == (403, "AccessDenied")
        self.role_of(mine, "untagged")
        assert told(mine.credentials, mine.get_id(blue), blue)[0] == "InvalidIdentityPoolConfigurationException"
        self.role_of(mine, "user")
        made = mine.credentials(mine.get_id(blue), blue)["Credentials"]
        shown = mine.api.http.get(f"/_emulator/credentials?access_key_id={made['AccessKeyId']}").get_json()
        assert shown["principal_tags"] == {"team": "blue"}
        assert (
            Keys(mine.api, made["AccessKeyId"], made["SessionToken"])
            .identity[0]
            .endswith("/CognitoIdentityCredentials")
        )

    def test_an_issuer_of_the_table_is_taken_for_its_clients(self, api: Api, corp: Issuer) -> None:
        assert assume(api, corp.token(), "corp")
        assert no(api, corp.token("43"), "corp")[:2] == (403, "AccessDenied")
        assert no(api, corp.token(aud="web"), "corp")[:2] == (403, "AccessDenied")
        assert no(api, corp.token(aud="evil"), "corp") == (400, "InvalidIdentityToken", "Incorrect token audience")
        assert assume(api, corp.token(aud=["evil", "x"], azp="app"), "corp")

    def test_a_wildcard_is_no_name_of_a_condition_key(self, mine: App) -> None:
        assert no(mine.api, own(mine), "pool")[:2] == (403, "AccessDenied")
