"""AssumeRoleWithWebIdentity: tokens of identity pools, of user pools and of other issuers, and who is refused."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from emulator.outside.http import CannedHttp
from keys import signing
from keys.signing import KeyRing, SigningKey
from tests.api.identity_app import App
from tests.api.issuers import Issuer, accepting
from tests.api.sts.parties import ACCOUNT, COGNITO, arn, assume_web, keys, no_web, own
from tests.builders import Api, a_client, a_pool, a_user, sign_in
from tests.conftest import NOON

NO_JWT = "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)"


def test_a_token_of_an_identity_pool_becomes_credentials_of_the_role_and_session_that_are_named(mine: App) -> None:
    logins = mine.a_user()
    identity = mine.get_id(logins)
    told = assume_web(mine.api, mine.token(identity, logins)["Token"])
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
    told = assume_web(mine.api, token, DurationSeconds="900")
    assert told["Provider"] == f"arn:aws:iam::{ACCOUNT}:oidc-provider/{mine.provider}"
    assert told["Audience"] == mine.client
    assert told["Expiration"] == "2027-01-15T08:15:00Z"
    access = sign_in(mine.api, mine.client)["AccessToken"]
    assert no_web(mine.api, access) == (400, "InvalidIdentityToken", NO_JWT)


def test_the_token_of_a_disabled_user_is_good_until_it_expires_since_sts_asks_nobody(mine: App) -> None:
    token = own(mine)
    mine.api.idp("AdminDisableUser", UserPoolId=mine.user_pool, Username="ana")
    assert assume_web(mine.api, token)
    mine.api.world.clock.advance(hours=1)
    now = int(NOON) + 3600
    assert no_web(mine.api, token) == (
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
        assert no_web(mine.api, forged)[:2] == (400, "InvalidIdentityToken")
    a_user(mine.api, other, "bob")
    theirs = sign_in(mine.api, a_client(mine.api, other), "bob")["IdToken"]
    crossed = ".".join([theirs.split(".")[0], token.split(".")[1], theirs.split(".")[2]])
    assert no_web(mine.api, crossed)[:2] == (400, "InvalidIdentityToken")
    mine.api.idp("DeleteUserPool", UserPoolId=other)
    issuer = signing.peek(theirs)[1]["iss"]
    told = (400, "InvalidIdentityToken", f"No OpenIDConnect provider found in your account for {issuer}")
    assert no_web(mine.api, theirs) == told
    assert no_web(mine.api, "not a token") == (400, "InvalidIdentityToken", NO_JWT)


def test_a_token_of_an_identity_pool_that_is_gone_is_refused(mine: App) -> None:
    token = mine.token(mine.get_id())["Token"]
    mine.api.identity("DeleteIdentityPool", IdentityPoolId=mine.identity_pool)
    assert no_web(mine.api, token)[:2] == (400, "InvalidIdentityToken")


def test_a_token_of_get_web_identity_token_is_not_taken(api: Api) -> None:
    token = api.sts("GetWebIdentityToken", **{"Audience.member.1": "x", "SigningAlgorithm": "RS256"})[
        "WebIdentityToken"
    ]
    assert no_web(api, token)[1:] == (
        "InvalidIdentityToken",
        f"No OpenIDConnect provider found in your account for http://localhost/sts/{ACCOUNT}",
    )


def test_another_issuer_is_taken_once_an_identity_pool_lists_it(mine: App, corp: Issuer, pages: CannedHttp) -> None:
    told = (400, "InvalidIdentityToken", f"No OpenIDConnect provider found in your account for {corp.url}")
    assert no_web(mine.api, corp.token()) == told
    assert pages.urls == []  # nobody has the server fetch from issuers that are not listed
    accepting(mine, corp)
    answer = assume_web(mine.api, corp.token())
    assert (answer["SubjectFromWebIdentityToken"], answer["Audience"], answer["Provider"]) == ("42", "app", corp.arn)
    assert no_web(mine.api, corp.token(exp=NOON - 1))[1] == "ExpiredTokenException"


def test_the_words_where_the_keys_of_an_issuer_cannot_be_had(
    mine: App, pages: CannedHttp, corps_key: SigningKey
) -> None:
    gone = Issuer(pages, corps_key, "https://gone.example")
    accepting(mine, gone)
    assert no_web(mine.api, gone.token()) == (
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
    assert no_web(mine.api, own(mine), **members)[1] == code


def test_session_tags_that_an_issuer_passes(mine: App, corp: Issuer) -> None:
    accepting(mine, corp)
    tags = {"principal_tags": {"team": ["blue"], "mood": "good"}, "transitive_tag_keys": ["team"]}
    named: dict[str, Any] = {"https://aws.amazon.com/tags": tags, "https://aws.amazon.com/source_identity": "ana"}
    told = assume_web(mine.api, corp.token(**named))
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
        assert no_web(mine.api, corp.token(**claims))[1] == "InvalidIdentityToken"


@pytest.mark.parametrize(
    "wrong",
    [
        {"principal_tags": {"team": ["a"], "Team": ["b"]}},
        {"principal_tags": {"aws:team": ["a"]}},
        {"principal_tags": {"": ["a"]}},
        {"principal_tags": {"x" * 129: ["a"]}},
        {"principal_tags": {"team": ["x" * 257]}},
        {"principal_tags": {"team": ["\ud800"]}},
        {"principal_tags": {f"t{n}": ["a"] for n in range(51)}},
        {"principal_tags": {"team": ["a"]}, "transitive_tag_keys": ["other"]},
    ],
)
def test_tags_that_assume_role_would_not_take_are_refused_from_an_issuer_too(
    mine: App, corp: Issuer, wrong: dict[str, Any]
) -> None:
    accepting(mine, corp)
    claims: dict[str, Any] = {"https://aws.amazon.com/tags": wrong}
    assert no_web(mine.api, corp.token(**claims))[:2] == (400, "InvalidParameterValue")


@pytest.mark.parametrize("wrong", ["a", "a b", "<ana>", "x" * 257, 5])
def test_a_source_identity_is_as_assume_role_takes_it(mine: App, corp: Issuer, wrong: Any) -> None:
    accepting(mine, corp)
    claims: dict[str, Any] = {"https://aws.amazon.com/source_identity": wrong}
    assert no_web(mine.api, corp.token(**claims))[:2] == (400, "InvalidIdentityToken")


def test_the_provider_of_a_role_of_another_account_is_in_that_account(mine: App) -> None:
    told = assume_web(mine.api, own(mine), RoleArn="arn:aws:iam::111122223333:role/app")
    assert told["Arn"] == "arn:aws:sts::111122223333:assumed-role/app/web-identity"
    assert told["Provider"] == f"arn:aws:iam::111122223333:oidc-provider/{mine.provider}"
