"""Every kind of constraint: what breaks it, and AWS's text."""

from __future__ import annotations

import json
from typing import Any

import pytest

from emulator.wire import decode, model
from emulator.wire.constraints import Invalid

USERNAME = r"Member must satisfy regular expression pattern: [\p{L}\p{M}\p{S}\p{N}\p{P}]+"


def violations(name: str, request: dict[str, Any], service: model.Name = "cognito-idp") -> str:
    with pytest.raises(Invalid) as refused:
        decode.decode_json(model.load(service).operations[name], json.dumps(request).encode())
    return str(refused.value)


def one(at: str, constraint: str, value: str | None = None) -> str:
    shown = f" {value}" if value else ""
    return f"1 validation error detected: Value{shown} at '{at}' failed to satisfy constraint: {constraint}"


def pool_with(**members: Any) -> dict[str, Any]:
    return {"PoolName": "name", **members}


def a_client(**members: Any) -> dict[str, Any]:
    return {"UserPoolId": "us-east-1_Abc", "ClientName": "web", **members}


def test_a_missing_required_member_is_null() -> None:
    expected = one("userPoolId", "Member must not be null", "null")
    assert violations("AdminGetUser", {"Username": "alice"}) == expected
    assert violations("AdminGetUser", {"Username": "alice", "UserPoolId": None}) == expected


def test_several_violations_are_told_together_in_the_order_of_the_model() -> None:
    assert violations("AdminGetUser", {"Username": "a b", "Unknown": 1}) == (
        "2 validation errors detected: Value null at 'userPoolId' failed to satisfy constraint: "
        f"Member must not be null; Value at 'username' failed to satisfy constraint: {USERNAME}"
    )


def test_a_text_that_does_not_match_its_pattern() -> None:
    assert violations("DescribeUserPool", {"UserPoolId": "x"}) == one(
        "userPoolId", r"Member must satisfy regular expression pattern: [\w-]+_[0-9a-zA-Z]+", "'x'"
    )


def test_the_pattern_is_told_before_the_length() -> None:
    assert violations("DescribeUserPool", {"UserPoolId": "x" * 56}) == (
        f"2 validation errors detected: Value '{'x' * 56}' at 'userPoolId' failed to satisfy constraint: "
        f"Member must "
        r"satisfy regular expression pattern: [\w-]+_[0-9a-zA-Z]+; "
        f"Value '{'x' * 56}' at 'userPoolId' failed to satisfy constraint: "
        "Member must have length less than or equal to 55"
    )


def test_a_sensitive_value_is_not_told() -> None:
    assert violations("SignUp", {"ClientId": "abc", "Username": "u" * 129}) == one(
        "username", "Member must have length less than or equal to 128"
    )
    assert violations("VerifySoftwareToken", {"UserCode": "Aaaa"}) == (
        "2 validation errors detected: Value at 'userCode' failed to satisfy constraint: Member must "
        "satisfy regular "
        "expression pattern: [0-9]+; Value at 'userCode' failed to satisfy constraint: Member must have "
        "length "
        "greater than or equal to 6"
    )


def test_a_confirmation_code_is_not_sensitive() -> None:
    request = {"ClientId": "abc", "Username": "alice", "ConfirmationCode": ""}
    assert "Value '' at 'confirmationCode' failed" in violations("ConfirmSignUp", request)


def test_numbers_have_their_range() -> None:
    pool = {"UserPoolId": "us-east-1_Abc"}
    assert violations("ListUsers", pool | {"Limit": 61}) == one(
        "limit", "Member must have value less than or equal to 60", "'61'"
    )
    assert violations("ListUsers", pool | {"Limit": -1}) == one(
        "limit", "Member must have value greater than or equal to 0", "'-1'"
    )
    request = {"IdentityPoolId": "us-east-1:ab", "Logins": {"a": "t"}, "TokenDuration": 86401}
    assert violations("GetOpenIdTokenForDeveloperIdentity", request, "cognito-identity") == one(
        "tokenDuration", "Member must have value less than or equal to 86400", "'86401'"
    )


def test_an_enum_names_its_values() -> None:
    assert violations("CreateUserPool", pool_with(MfaConfiguration="MAYBE")) == one(
        "mfaConfiguration", "Member must satisfy enum value set: [OFF, ON, OPTIONAL]", "'MAYBE'"
    )


def test_the_path_of_a_nested_member_is_told_in_lower_camel_case() -> None:
    assert violations("CreateUserPool", pool_with(Policies={"PasswordPolicy": {"MinimumLength": 5}})) == one(
        "policies.passwordPolicy.minimumLength", "Member must have value greater than or equal to 6", "'5'"
    )
    assert violations("SetUserSettings", {"AccessToken": "t", "MFAOptions": [{"AttributeName": ""}]}).startswith(
        "2 validation errors detected: Value '' at 'mFAOptions.1.member.attributeName' failed"
    )


def test_a_list_counts_its_structures_from_one() -> None:
    request = {
        "ClientId": "abc",
        "Username": "alice",
        "UserAttributes": [{"Name": "email"}, {"Name": "n" * 33, "Value": "v" * 2049}, {"Value": "x"}],
    }
    at = "userAttributes.2.member"
    assert violations("SignUp", request) == (
        f"3 validation errors detected: Value '{'n' * 33}' at '{at}.name' failed to satisfy constraint: "
        f"Member must "
        f"have length less than or equal to 32; Value at '{at}.value' failed to satisfy constraint: Member "
        f"must have "
        "length less than or equal to 2048; Value null at 'userAttributes.3.member.name' failed to satisfy "
        "constraint: Member must not be null"
    )


def test_a_list_of_texts_is_told_whole_with_all_that_its_elements_must_be() -> None:
    assert violations("CreateUserPoolClient", a_client(AllowedOAuthFlows=["code", "token"])) == one(
        "allowedOAuthFlows",
        "Member must satisfy constraint: [Member must satisfy enum value set: [code, implicit, client_credentials]]",
        "'[code, token]'",
    )
    assert violations("CreateUserPoolClient", a_client(SupportedIdentityProviders=["", "COGNITO"])) == one(
        "supportedIdentityProviders",
        "Member must satisfy constraint: [Member must have length less than or equal to 32, Member must "
        "have length "
        "greater than or equal to 1, Member must satisfy regular expression pattern: "
        r"[\p{L}\p{M}\p{S}\p{N}\p{P}\p{Z}]+]",
        "'[, COGNITO]'",
    )


def test_a_list_has_its_size() -> None:
    assert violations("CreateUserPoolClient", a_client(AllowedOAuthFlows=["code"] * 4)) == one(
        "allowedOAuthFlows", "Member must have length less than or equal to 3", "'[code, code, code, code]'"
    )
    assert violations("AddCustomAttributes", {"UserPoolId": "a_b", "CustomAttributes": []}) == one(
        "customAttributes", "Member must have length greater than or equal to 1", "'[]'"
    )


def test_a_list_of_too_many_structures_is_not_printed() -> None:
    assert violations("AddCustomAttributes", {"UserPoolId": "a_b", "CustomAttributes": [{}] * 26}) == one(
        "customAttributes", "Member must have length less than or equal to 25"
    )


def test_null_within_a_list_is_a_missing_member() -> None:
    request = {"ClientId": "abc", "Username": "alice", "UserAttributes": [None]}
    assert violations("SignUp", request) == one("userAttributes.1.member", "Member must not be null", "null")
    assert violations("CreateUserPoolClient", a_client(CallbackURLs=[None, "https://a"])) == one(
        "callbackURLs", "Member must satisfy constraint: [Member must not be null]", "'[null, https://a]'"
    )


def test_a_map_is_told_whole_with_all_that_its_keys_or_values_must_be() -> None:
    roles = {"authenticated": "short", "anyone": "arn:aws:iam::000000000000:role/r"}
    text = "'{authenticated=short, anyone=arn:aws:iam::000000000000:role/r}'"
    refused = violations("SetIdentityPoolRoles", {"IdentityPoolId": "us-east-1:ab", "Roles": roles}, "cognito-identity")
    assert refused == (
        f"2 validation errors detected: Value {text} at 'roles' failed to satisfy constraint: Map keys must "
        f"satisfy "
        "constraint: [Member must have length less than or equal to 128, Member must have length greater "
        "than or "
        "equal to 1, Member must satisfy regular expression pattern: (un)?authenticated]; "
        f"Value {text} at 'roles' failed to satisfy constraint: Map value must satisfy constraint: [Member "
        f"must have "
        "length less than or equal to 2048, Member must have length greater than or equal to 20]"
    )


def test_a_map_of_sensitive_values_is_not_told() -> None:
    request = {
        "IdentityPoolId": "us-east-1:ab",
        "Logins": {"cognito-idp.us-east-1.amazonaws.com/us-east-1_A": ""},
    }
    assert violations("GetId", request, "cognito-identity") == one(
        "logins",
        "Map value must satisfy constraint: [Member must have length less than or equal to 50000, "
        "Member must have length greater than or equal to 1]",
    )


def test_a_map_of_structures_names_the_key_in_the_path() -> None:
    request = {
        "IdentityPoolId": "us-east-1:ab",
        "Roles": {},
        "RoleMappings": {"graph.facebook.com": {"Type": "Magic"}},
    }
    assert violations("SetIdentityPoolRoles", request, "cognito-identity") == one(
        "roleMappings.graph.facebook.com.member.type",
        "Member must satisfy enum value set: [Token, Rules]",
        "'Magic'",
    )


def test_a_map_has_its_size() -> None:
    logins = {f"provider{number}": "token" for number in range(11)}
    request = {"IdentityPoolId": "us-east-1:ab", "Logins": logins}
    assert violations("GetId", request, "cognito-identity") == one(
        "logins", "Member must have length less than or equal to 10"
    )


def test_bytes_have_their_size() -> None:
    assert violations("SetUICustomization", {"UserPoolId": "a_b", "ImageFile": "AAAA" * 50_000}) == one(
        "imageFile",
        "Member must have length less than or equal to 131072",
        "'java.nio.HeapByteBuffer[pos=0 lim=150000 cap=150000]'",
    )


def test_what_a_sensitive_structure_holds_is_not_told() -> None:
    made_up = model.ServiceModel(
        "made-up",
        {
            "metadata": {"protocol": "json", "apiVersion": "1"},
            "operations": {"Tell": {"input": {"shape": "Outer"}, "errors": []}},
            "shapes": {
                "Outer": {"type": "structure", "members": {"Inner": {"shape": "Inner"}}},
                "Inner": {"type": "structure", "members": {"Names": {"shape": "Names"}}, "sensitive": True},
                "Names": {"type": "list", "member": {"shape": "Name"}},
                "Name": {"type": "string", "max": 1},
            },
        },
    )
    with pytest.raises(Invalid) as refused:
        decode.decode_json(made_up.operations["Tell"], b'{"Inner": {"Names": ["secret"]}}')
    assert str(refused.value) == one(
        "inner.names", "Member must satisfy constraint: [Member must have length less than or equal to 1]"
    )


def test_violations_are_kept_one_by_one() -> None:
    refused = Invalid(["first", "second"])
    assert refused.violations == ["first", "second"]
    assert str(refused) == "2 validation errors detected: first; second"
