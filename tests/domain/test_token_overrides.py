"""What a PreTokenGeneration trigger may change of tokens, and what it may not."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.domain.tokens import token_overrides
from emulator.domain.tokens.token_overrides import Overrides
from emulator.faults import InvalidLambdaResponseException

A, B = "arn:aws:iam::000000000000:role/a", "arn:aws:iam::000000000000:role/b"
ID = {
    "sub": "1",
    "aud": "web",
    "token_use": "id",
    "cognito:username": "ana",
    "email": "ana@example.com",
    "cognito:groups": ["staff"],
    "cognito:roles": [A],
    "cognito:preferred_role": A,
}
ACCESS = {
    "sub": "1",
    "client_id": "web",
    "token_use": "access",
    "username": "ana",
    "scope": "openid email",
    "cognito:groups": ["staff"],
}
BOTH = [
    "acr",
    "amr",
    "at_hash",
    "auth_time",
    "azp",
    "exp",
    "iat",
    "iss",
    "jti",
    "nbf",
    "nonce",
    "origin_jti",
    "sub",
    "token_use",
]


def first(**details: Any) -> Overrides:
    """What a function of version 1 asks for."""
    return token_overrides.read({"claimsOverrideDetails": details}, "1")


def second(**details: Any) -> Overrides:
    """What a function of version 2 asks for."""
    return token_overrides.read({"claimsAndScopeOverrideDetails": details}, "2")


def of_id(**change: Any) -> dict[str, Any]:
    """The ID token, as a function of version 2 changes it."""
    return second(idTokenGeneration=change).of_id_token(ID)


def of_access(**change: Any) -> dict[str, Any]:
    """The access token, as a function of version 2 changes it."""
    return second(accessTokenGeneration=change).of_access_token(ACCESS)


class TestVersion1:
    def test_adds_replaces_and_takes_away_claims_of_the_id_token_alone(self) -> None:
        asked = first(claimsToAddOrOverride={"team": "red", "email": "x"}, claimsToSuppress=["cognito:roles"])
        expected = {name: value for name, value in ID.items() if name != "cognito:roles"}
        assert asked.of_id_token(ID) == expected | {"team": "red", "email": "x"}
        assert asked.of_access_token(ACCESS) == ACCESS

    @pytest.mark.parametrize("value", [1, True, None, ["red"], {"red": 1}])
    def test_has_only_strings_for_claims(self, value: Any) -> None:
        with pytest.raises(InvalidLambdaResponseException):
            first(claimsToAddOrOverride={"team": value})

    def test_replaces_the_groups_of_both_tokens(self) -> None:
        override = {"groupsToOverride": ["guests"], "iamRolesToOverride": [B], "preferredRole": B}
        asked = first(groupOverrideDetails=override)
        told = {"cognito:groups": ["guests"], "cognito:roles": [B], "cognito:preferred_role": B}
        assert asked.of_id_token(ID) == ID | told
        assert asked.of_access_token(ACCESS) == ACCESS | {"cognito:groups": ["guests"]}


@pytest.mark.parametrize(
    ("said", "version"),
    [
        ({}, "1"),
        ({"claimsOverrideDetails": None}, "1"),
        ({"claimsOverrideDetails": {"claimsToAddOrOverride": None, "claimsToSuppress": None}}, "1"),
        ({"claimsAndScopeOverrideDetails": {"idTokenGeneration": {"claimsToSuppress": ["sub"]}}}, "1"),
        ({"claimsOverrideDetails": {"claimsToSuppress": ["email"]}}, "2"),
        ({"claimsAndScopeOverrideDetails": None}, "2"),
        ({"claimsAndScopeOverrideDetails": {"idTokenGeneration": None, "accessTokenGeneration": None}}, "3"),
    ],
)
def test_a_response_that_asks_for_nothing_changes_nothing(said: dict[str, Any], version: str) -> None:
    asked = token_overrides.read(said, version)
    assert asked.of_id_token(ID) == ID
    assert asked.of_access_token(ACCESS) == ACCESS


class TestGroups:
    @pytest.mark.parametrize("none", [None, {}, {"groupsToOverride": [], "iamRolesToOverride": []}])
    def test_are_taken_away_by_an_empty_override(self, none: Any) -> None:
        asked = second(groupOverrideDetails=none)
        assert asked.of_id_token(ID) == {k: v for k, v in ID.items() if k[:8] != "cognito:" or k == "cognito:username"}
        assert "cognito:groups" not in asked.of_access_token(ACCESS)

    def test_stay_where_nothing_is_said_of_them(self) -> None:
        assert second(idTokenGeneration={}).of_id_token(ID)["cognito:groups"] == ["staff"]

    def test_come_to_a_user_who_has_none(self) -> None:
        asked = second(groupOverrideDetails={"groupsToOverride": ["guests"]})
        assert asked.of_id_token({"sub": "1"}) == {"sub": "1", "cognito:groups": ["guests"]}


class TestTheIdToken:
    @pytest.mark.parametrize("value", ["red", 7, 1.5, True, None, ["a", {"b": 1}], {"deep": {"er": []}}, "💥"])
    def test_takes_any_json_for_a_claim(self, value: Any) -> None:
        assert of_id(claimsToAddOrOverride={"team": value}) == ID | {"team": value}

    @pytest.mark.parametrize("name", [*BOTH, "aud", "cognito:username", "identities"])
    def test_keeps_what_is_protected(self, name: str) -> None:
        assert of_id(claimsToAddOrOverride={name: "x"}, claimsToSuppress=[name]) == ID

    @pytest.mark.parametrize("name", ["email_verified", "phone_number_verified", "updated_at", "address"])
    @pytest.mark.parametrize("value", [{"a": 1}, [1]])
    def test_has_no_objects_for_some_claims(self, name: str, value: Any) -> None:
        assert of_id(claimsToAddOrOverride={name: value}) == ID

    def test_loses_a_claim_that_is_both_added_and_suppressed(self) -> None:
        assert of_id(claimsToAddOrOverride={"team": "red"}, claimsToSuppress=["team"]) == ID


class TestTheAccessToken:
    def test_gets_claims_of_its_own(self) -> None:
        assert of_access(claimsToAddOrOverride={"team": [1]}) == ACCESS | {"team": [1]}

    @pytest.mark.parametrize(
        "name",
        [*BOTH, "client_id", "device_key", "event_id", "scope", "username", "version", "cognito:x", "dev:x"],
    )
    def test_keeps_what_is_protected(self, name: str) -> None:
        assert of_access(claimsToAddOrOverride={name: "x"}, claimsToSuppress=[name]) == ACCESS

    def test_names_the_client_as_its_audience_and_nobody_else(self) -> None:
        assert of_access(claimsToAddOrOverride={"aud": "web"}) == ACCESS | {"aud": "web"}
        for other in ("other", ["web"], None, {"web": 1}):
            assert of_access(claimsToAddOrOverride={"aud": other}) == ACCESS

    @pytest.mark.parametrize(
        ("add", "suppress", "scope"),
        [
            (["shop/read"], [], "openid email shop/read"),
            ([], ["openid"], "email"),
            (["openid", "openid"], [], "openid email"),
            (["shop/read"], ["shop/read", "email"], "openid"),
            ([], ["openid", "email"], ""),
            ([], ["no/such"], "openid email"),
            (None, None, "openid email"),
        ],
    )
    def test_has_scopes_added_and_suppressed(self, add: Any, suppress: Any, scope: str) -> None:
        assert of_access(scopesToAdd=add, scopesToSuppress=suppress) == ACCESS | {"scope": scope}


@pytest.mark.parametrize(
    "details",
    [
        7,
        [],
        "no",
        {"idTokenGeneration": []},
        {"accessTokenGeneration": "x"},
        {"idTokenGeneration": {"claimsToAddOrOverride": ["team"]}},
        {"idTokenGeneration": {"claimsToSuppress": "email"}},
        {"idTokenGeneration": {"claimsToSuppress": [1]}},
        {"accessTokenGeneration": {"scopesToAdd": ["a b"]}},
        {"accessTokenGeneration": {"scopesToAdd": [""]}},
        {"accessTokenGeneration": {"scopesToAdd": {"a": 1}}},
        {"accessTokenGeneration": {"scopesToSuppress": [None]}},
        {"groupOverrideDetails": []},
        {"groupOverrideDetails": {"groupsToOverride": "staff"}},
        {"groupOverrideDetails": {"iamRolesToOverride": [1]}},
        {"groupOverrideDetails": {"preferredRole": [A]}},
    ],
)
def test_a_response_of_a_wrong_shape_is_refused_whole(details: Any) -> None:
    with pytest.raises(InvalidLambdaResponseException) as refused:
        token_overrides.read({"claimsAndScopeOverrideDetails": details}, "2")
    assert str(refused.value) == "Unrecognizable lambda output"
