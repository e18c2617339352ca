"""GetSessionToken, GetFederationToken, GetScopedCredentials, and which credentials may call what."""

from __future__ import annotations

import json

import pytest

from tests.api.identity_app import App, an_app
from tests.api.sts.parties import ACCOUNT, ROOT, Keys, arn, assumed, call, keys, refused
from tests.builders import Api
from tests.conftest import NOON

POLICY = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]})
FORBIDDEN = (403, "AccessDenied")
CALLS = {
    "AssumeRole": {"RoleArn": arn("app"), "RoleSessionName": "me"},
    "AssumeRoot": {
        "TargetPrincipal": "111122223333",
        "TaskPolicyArn_arn": "arn:aws:iam::aws:policy/root-task/IAMAuditRootUserCredentials",
    },
    "DecodeAuthorizationMessage": {"EncodedMessage": "x"},
    "GetAccessKeyInfo": {"AccessKeyId": "ASIAQAAAAAAAAAAAAAAA"},
    "GetCallerIdentity": {},
    "GetDelegatedAccessToken": {"TradeInToken": "token"},
    "GetFederationToken": {"Name": "ana"},
    "GetScopedCredentials": {"DurationSeconds": "60"},
    "GetSessionToken": {},
    "GetWebIdentityToken": {"Audience_member_1": "app", "SigningAlgorithm": "RS256"},
}


@pytest.fixture
def session(api: Api) -> Keys:
    return keys(api, call(api, "GetSessionToken"))


@pytest.fixture
def federated(api: Api) -> Keys:
    return keys(api, call(api, "GetFederationToken", Name="ana"))


@pytest.fixture
def role(api: Api) -> Keys:
    return assumed(api)


@pytest.mark.parametrize(
    ("who", "may"),
    [
        (
            "permanent",
            {"AssumeRole", "GetAccessKeyInfo", "GetFederationToken", "GetSessionToken", "GetWebIdentityToken"},
        ),
        ("session", {"AssumeRole", "GetScopedCredentials", "GetWebIdentityToken"}),
        ("federated", {"GetScopedCredentials"}),
        ("role", {"AssumeRole", "GetAccessKeyInfo", "GetScopedCredentials", "GetWebIdentityToken"}),
    ],
)
def test_which_credentials_may_call_what(api: Api, who: str, may: set[str], request: pytest.FixtureRequest) -> None:
    caller = Keys(api, "AKIAQAAAAAAAAAAAAAAA", "") if who == "permanent" else request.getfixturevalue(who)
    for operation, members in CALLS.items():
        if operation in may | {"GetCallerIdentity"}:
            assert caller.call(operation, **members), operation
        elif operation == "DecodeAuthorizationMessage" and who in ("permanent", "role"):
            assert caller.refused(operation, **members)[1] == "InvalidAuthorizationMessageException"
        else:
            assert caller.refused(operation, **members)[:2] == FORBIDDEN, operation


def test_the_words_with_which_a_caller_is_refused(session: Keys, federated: Keys, api: Api) -> None:
    for operation in ("GetSessionToken", "GetFederationToken"):
        told = session.refused(operation, **CALLS[operation])
        assert told == (403, "AccessDenied", f"Cannot call {operation} with session credentials")
    who = f"arn:aws:sts::{ACCOUNT}:federated-user/ana"
    assert federated.refused("AssumeRole", **CALLS["AssumeRole"]) == (
        403,
        "AccessDenied",
        f"User: {who} is not authorized to perform: sts:AssumeRole on resource: {arn('app')}",
    )
    assert refused(api, "AssumeRoot", **CALLS["AssumeRoot"])[2] == (
        f"User: {ROOT} is not authorized to perform: sts:AssumeRoot on resource: 111122223333"
    )
    assert refused(api, "DecodeAuthorizationMessage", EncodedMessage="x")[::2] == (400, "Message is not valid")


def test_a_session_token_is_of_the_root_for_twelve_hours_or_as_long_as_asked(api: Api, session: Keys) -> None:
    assert session.identity == (ROOT, ACCOUNT)
    assert call(api, "GetSessionToken")["Expiration"] == "2027-01-15T20:00:00Z"
    assert call(api, "GetSessionToken", DurationSeconds="900")["Expiration"] == "2027-01-15T08:15:00Z"
    assert refused(api, "GetSessionToken", DurationSeconds="899")[1] == "ValidationError"
    assert refused(api, "GetSessionToken", DurationSeconds="129601")[1] == "ValidationError"
    assert refused(api, "GetSessionToken", SerialNumber="arn:aws:iam::000000000000:mfa/me", TokenCode="123456") == (
        403,
        "AccessDenied",
        "MultiFactorAuthentication failed with invalid MFA one time pass code.",
    )


def test_a_federated_user_has_a_name_and_the_account(api: Api) -> None:
    told = call(api, "GetFederationToken", Name="ana", DurationSeconds="900", Policy=POLICY)
    who = (f"arn:aws:sts::{ACCOUNT}:federated-user/ana", f"{ACCOUNT}:ana")
    assert (told["Arn"], told["FederatedUserId"]) == who
    assert keys(api, told).identity == who
    assert int(told["PackedPolicySize"]) > 0
    assert call(api, "GetFederationToken", Name="ana")["PackedPolicySize"] == "0"
    assert refused(api, "GetFederationToken", Name="a")[1] == "ValidationError"


@pytest.mark.parametrize("who", ["role", "federated", "session"])
def test_scoped_credentials_are_of_the_same_session(api: Api, who: str, request: pytest.FixtureRequest) -> None:
    caller: Keys = request.getfixturevalue(who)
    before = caller.identity
    told = caller.call("GetScopedCredentials", Policy=POLICY)
    assert (told["Arn"], told["ScopedPoliciesCount"]) == (before[0], "1")
    assert told["ScopedSessionId"] == before[1]
    assert int(told["SessionTokenSize"]) == len(told["SessionToken"])
    assert keys(api, told).identity == before
    assert told["AccessKeyId"] != caller.access_key


def test_scoped_credentials_end_with_the_session_or_before(api: Api, role: Keys) -> None:
    api.world.clock.advance(seconds=600)
    assert role.call("GetScopedCredentials", Policy=POLICY)["Expiration"] == "2027-01-15T09:00:00Z"
    assert role.call("GetScopedCredentials", DurationSeconds="1")["Expiration"] == "2027-01-15T08:10:01Z"
    assert role.call("GetScopedCredentials", DurationSeconds="3000")["Expiration"] == "2027-01-15T09:00:00Z"
    assert role.refused("GetScopedCredentials", DurationSeconds="3001")[:2] == (400, "InsufficientSessionLifetime")
    assert role.refused("GetScopedCredentials")[:2] == (400, "ValidationError")
    assert role.refused("GetScopedCredentials", Policy="{")[:2] == (400, "MalformedPolicyDocument")


def test_three_policies_may_be_laid_over_one_another_and_durations_count_for_none(api: Api, role: Keys) -> None:
    for count in ("1", "2", "3"):
        told = role.call("GetScopedCredentials", Policy=POLICY)
        assert told["ScopedPoliciesCount"] == count
        role = keys(api, told)
    assert role.refused("GetScopedCredentials", Policy=POLICY)[:2] == FORBIDDEN
    assert role.call("GetScopedCredentials", DurationSeconds="60")["ScopedPoliciesCount"] == "3"


def test_credentials_of_an_identity_pool_may_be_scoped_down_and_keep_the_identity(api: Api) -> None:
    mine: App = an_app(api)
    identity = mine.get_id()
    given = mine.credentials(identity)["Credentials"]
    told = Keys(api, given["AccessKeyId"], given["SessionToken"]).call("GetScopedCredentials", DurationSeconds="60")
    assert told["Arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/guest/CognitoIdentityCredentials"
    shown = api.http.get(f"/_emulator/credentials?access_key_id={told['AccessKeyId']}").get_json()
    assert shown["identity_id"] == identity
    assert shown["expires"] == "2027-01-15T08:01:00.000Z"


def test_a_token_is_padded_to_the_size_that_is_asked_for(api: Api) -> None:
    for size in (0, 1, 100, 2001, 4096):
        told = call(api, "GetSessionToken", MinimumSessionTokenSize=str(size))
        assert len(told["SessionToken"]) == int(told["SessionTokenSize"]) >= size
        assert keys(api, told).identity == (ROOT, ACCOUNT)
    assert told["SessionTokenUtilization"] == "100"
    assert refused(api, "GetSessionToken", MinimumSessionTokenSize="4097")[1] == "ValidationError"


def test_expired_credentials_call_nothing(api: Api, role: Keys) -> None:
    api.world.clock.advance(seconds=3600)
    assert api.world.clock.now() == NOON + 3600
    for operation in ("GetCallerIdentity", "GetScopedCredentials", "AssumeRole"):
        assert role.refused(operation, **CALLS[operation])[:2] == (403, "ExpiredToken")
