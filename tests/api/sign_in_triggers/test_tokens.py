"""PreTokenGeneration: what functions change of tokens, by version."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.exchange import a_service
from tests.api.recorded_functions import Recorder, answering
from tests.api.sign_in_triggers.conftest import SignIns, a_place
from tests.api.signing_in import refusal, renew
from tests.builders import Api, claims

ADMIN = "aws.cognito.signin.user.admin"
SHAPE = "InvalidLambdaResponseException: Unrecognizable lambda output"


def tokens(place: SignIns) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the access and the ID token of a sign-in say."""
    result = place.enter()["AuthenticationResult"]
    return claims(result["AccessToken"]), claims(result["IdToken"])


def a_group(place: SignIns, name: str, **members: Any) -> None:
    place.api.idp("CreateGroup", UserPoolId=place.pool, GroupName=name, **members)
    place.api.idp("AdminAddUserToGroup", UserPoolId=place.pool, GroupName=name, Username="ana")


def test_version_1_changes_the_id_token_alone(api: Api, functions: Recorder) -> None:
    place = a_place(api, functions, "PreTokenGeneration")
    plain_access, plain_id = tokens(place)
    details = {
        "claimsToAddOrOverride": {"plan": "gold", "email": "other@example.com"},
        "claimsToSuppress": ["sub", "email_verified"],
    }
    functions.on("PreTokenGeneration", answering(claimsOverrideDetails=details))
    access, identity = tokens(place)
    assert access.keys() == plain_access.keys()
    assert identity.keys() == plain_id.keys() - {"email_verified"} | {"plan"}
    assert (identity["plan"], identity["email"], identity["sub"]) == ("gold", "other@example.com", plain_id["sub"])
    assert functions.events[-1]["version"] == "1"


def test_groups_are_told_and_replaced_in_both_tokens(api: Api, functions: Recorder) -> None:
    place = a_place(api, functions, "PreTokenGeneration")
    role = "arn:aws:iam::000000000000:role/admin"
    a_group(place, "admins", Precedence=1, RoleArn=role)
    tokens(place)
    told = {"groupsToOverride": ["admins"], "iamRolesToOverride": [role], "preferredRole": role}
    assert functions.events[-1]["request"]["groupConfiguration"] == told
    override = {"groupsToOverride": ["readers"], "iamRolesToOverride": ["arn:r"], "preferredRole": "arn:r"}
    functions.on("PreTokenGeneration", answering(claimsOverrideDetails={"groupOverrideDetails": override}))
    access, identity = tokens(place)
    assert access["cognito:groups"] == identity["cognito:groups"] == ["readers"]
    assert (identity["cognito:roles"], identity["cognito:preferred_role"]) == (["arn:r"], "arn:r")
    assert "cognito:roles" not in access
    suppress = {"claimsToSuppress": ["cognito:groups"]}
    functions.on("PreTokenGeneration", answering(claimsOverrideDetails=suppress))
    access, identity = tokens(place)
    assert access["cognito:groups"] == ["admins"]
    assert not {"cognito:groups", "cognito:roles", "cognito:preferred_role"} & identity.keys()


@pytest.mark.parametrize(("version", "number"), [("V2_0", "2"), ("V3_0", "3")])
def test_version_2_changes_both_tokens_and_scopes(api: Api, functions: Recorder, version: str, number: str) -> None:
    place = a_place(api, functions, "PreTokenGeneration", version=version)
    ours = {"claimsToAddOrOverride": {"flags": {"beta": True}, "n": 7, "list": ["a"]}, "claimsToSuppress": ["email"]}
    theirs = {
        "claimsToAddOrOverride": {"tenant": "t1", "username": "mallory", "exp": 1, "aud": place.client},
        "scopesToAdd": ["shop/read", ADMIN],
        "scopesToSuppress": [],
    }
    details = {"idTokenGeneration": ours, "accessTokenGeneration": theirs}
    functions.on("PreTokenGeneration", answering(claimsAndScopeOverrideDetails=details))
    access, identity = tokens(place)
    event = functions.events[-1]
    assert event["version"] == number
    assert event["request"]["scopes"] == [ADMIN]
    assert event["response"] == {"claimsAndScopeOverrideDetails": None}
    assert (identity["flags"], identity["n"], identity["list"]) == ({"beta": True}, 7, ["a"])
    assert "email" not in identity
    assert (access["tenant"], access["username"], access["aud"]) == ("t1", "ana", place.client)
    assert access["exp"] == access["iat"] + 3600
    assert access["scope"] == f"{ADMIN} shop/read"


def test_a_suppressed_scope_is_missed_by_the_users_operations(api: Api, functions: Recorder) -> None:
    place = a_place(api, functions, "PreTokenGeneration", version="V2_0")
    details = {"accessTokenGeneration": {"scopesToSuppress": [ADMIN]}}
    functions.on("PreTokenGeneration", answering(claimsAndScopeOverrideDetails=details))
    token = place.enter()["AuthenticationResult"]["AccessToken"]
    told = refusal(lambda: api.idp("GetUser", AccessToken=token))
    assert told == "NotAuthorizedException: Access Token does not have required scopes"


def test_a_refresh_is_changed_anew_and_only_its_own_operation_brings_metadata(api: Api, functions: Recorder) -> None:
    place = a_place(api, functions, "PreTokenGeneration")
    token = place.enter()["AuthenticationResult"]["RefreshToken"]
    details = {"claimsToAddOrOverride": {"plan": "gold"}}
    functions.on("PreTokenGeneration", answering(claimsOverrideDetails=details))
    refreshed = renew(api, place.client, token)["AuthenticationResult"]
    assert claims(refreshed["IdToken"])["plan"] == "gold"
    assert "clientMetadata" not in functions.events[-1]["request"]
    api.idp("GetTokensFromRefreshToken", ClientId=place.client, RefreshToken=token, ClientMetadata={"a": "b"})
    assert functions.events[-1]["request"]["clientMetadata"] == {"a": "b"}
    assert functions.events[-1]["triggerSource"] == "TokenGeneration_RefreshTokens"


@pytest.mark.parametrize(("version", "called"), [("V1_0", False), ("V2_0", False), ("V3_0", True)])
def test_a_clients_own_token_is_for_version_3(api: Api, functions: Recorder, version: str, called: bool) -> None:
    place = a_place(api, functions, "PreTokenGeneration", version=version)
    details = {"accessTokenGeneration": {"claimsToAddOrOverride": {"tenant": "t1"}, "scopesToAdd": ["shop/read"]}}
    functions.on("PreTokenGeneration", answering(claimsAndScopeOverrideDetails=details))
    service, secret = a_service(api, place.pool)
    answer = api.idp("GetClientToken", ClientId=service, Secret=secret, ClientMetadata={"a": "b"})
    said = claims(answer["ClientAuthenticationResult"]["AccessToken"])
    assert ("tenant" in said) is called
    assert said["scope"] == ("shop/read" if called else "")
    if called:
        event = functions.events[-1]
        assert event["triggerSource"] == "TokenGeneration_ClientCredentials"
        assert (event["userName"], event["callerContext"]["clientId"]) == ("ClientCredentials", service)
        nobody: dict[str, Any] = {"userAttributes": {}, "groupConfiguration": None}
        assert event["request"] == {**nobody, "scopes": [], "clientMetadata": {"a": "b"}}


@pytest.mark.parametrize(
    "response",
    [
        {"claimsOverrideDetails": []},
        {"claimsOverrideDetails": {"claimsToAddOrOverride": {"n": 7}}},
        {"claimsOverrideDetails": {"claimsToSuppress": "email"}},
        {"claimsOverrideDetails": {"groupOverrideDetails": {"groupsToOverride": [1]}}},
        {"claimsOverrideDetails": {"groupOverrideDetails": {"preferredRole": []}}},
    ],
)
def test_a_response_of_a_wrong_shape_is_refused_whole(api: Api, functions: Recorder, response: Any) -> None:
    place = a_place(api, functions, "PreTokenGeneration")
    functions.on("PreTokenGeneration", answering(**response))
    assert refusal(place.enter) == SHAPE


@pytest.mark.parametrize(
    "details",
    [
        {"idTokenGeneration": "x"},
        {"accessTokenGeneration": {"scopesToAdd": ["two words"]}},
        {"accessTokenGeneration": {"scopesToAdd": [""]}},
        {"accessTokenGeneration": {"claimsToAddOrOverride": []}},
    ],
)
def test_so_is_one_of_version_2(api: Api, functions: Recorder, details: Any) -> None:
    place = a_place(api, functions, "PreTokenGeneration", version="V2_0")
    functions.on("PreTokenGeneration", answering(claimsAndScopeOverrideDetails=details))
    assert refusal(place.enter) == SHAPE


def test_nothing_said_changes_nothing(api: Api, functions: Recorder) -> None:
    place = a_place(api, functions, "PreTokenGeneration")
    before = tokens(place)
    functions.on("PreTokenGeneration", answering(claimsOverrideDetails={"claimsToAddOrOverride": None}))
    after = tokens(place)
    unique = {"jti", "origin_jti", "event_id"}
    for one, other in zip(before, after, strict=True):
        assert {name: one[name] for name in one.keys() - unique} == {
            name: other[name] for name in other.keys() - unique
        }
