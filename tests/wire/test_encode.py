from __future__ import annotations

import json
from typing import Any

import pytest

from emulator.wire import model
from emulator.wire.encode import WrongAnswer, encode_json
from emulator.wire.model import Operation
from storage.read_only import parsed

IDP = model.load("cognito-idp").operations
IDENTITY = model.load("cognito-identity").operations


def wrong(operation: Operation, answer: Any) -> str:
    with pytest.raises(WrongAnswer) as refused:
        encode_json(operation, answer)
    return str(refused.value)


def a_user(**members: Any) -> dict[str, Any]:
    return {"Username": "alice", **members}


def test_an_answer_is_compact_json_in_utf_8() -> None:
    answer = a_user(Enabled=True, UserAttributes=[{"Name": "name", "Value": "José"}], UserMFASettingList=())
    assert (
        encode_json(IDP["AdminGetUser"], answer)
        == (
            '{"Username":"alice","Enabled":true,"UserAttributes":[{"Name":"name","Value":"José"}],'
            '"UserMFASettingList":[]}'
        ).encode()
    )


def test_what_is_none_is_left_out() -> None:
    answer = a_user(PreferredMfaSetting=None, UserAttributes=[{"Name": "name", "Value": None}])
    assert json.loads(encode_json(IDP["AdminGetUser"], answer)) == {
        "Username": "alice",
        "UserAttributes": [{"Name": "name"}],
    }
    result: dict[str, Any] = {"AuthenticationResult": None, "ChallengeParameters": {}}
    assert encode_json(IDP["InitiateAuth"], result) == b'{"ChallengeParameters":{}}'


def test_an_operation_without_output_answers_an_empty_body() -> None:
    assert encode_json(IDP["DeleteUser"], None) == b""
    assert encode_json(IDP["DeleteUser"], {}) == b""
    assert wrong(IDP["DeleteUser"], {"Username": "x"}) == (
        "the answer of DeleteUser must be empty: the operation has no output"
    )


def test_an_output_without_members_answers_an_empty_object() -> None:
    assert encode_json(IDP["AdminDisableUser"], None) == b"{}"
    assert encode_json(IDP["AdminDisableUser"], {}) == b"{}"


@pytest.mark.parametrize(
    ("given", "told"),
    [(1682955829.5786, b"1682955829.579"), (1682955829.0, b"1682955829"), (7, b"7"), (-1.5, b"-1.5")],
)
def test_a_time_has_at_most_milliseconds(given: float, told: bytes) -> None:
    answer = encode_json(IDP["AdminGetUser"], a_user(UserCreateDate=given))
    assert answer == b'{"Username":"alice","UserCreateDate":' + told + b"}"


def test_bytes_are_told_in_base64() -> None:
    asset = {"Category": "FAVICON_ICO", "ColorMode": "LIGHT", "Extension": "ICO", "Bytes": b"\x89PNG"}
    answer = {"ManagedLoginBranding": {"Assets": [asset]}}
    told = json.loads(encode_json(IDP["DescribeManagedLoginBranding"], answer))
    assert told["ManagedLoginBranding"]["Assets"][0]["Bytes"] == "iVBORw=="


def test_a_document_passes_as_it_is() -> None:
    options = {"challenge": "x", "pubKeyCredParams": [{"alg": -7}], "rp": {"id": None}}
    answer = {"CredentialCreationOptions": options}
    assert json.loads(encode_json(IDP["StartWebAuthnRegistration"], answer)) == answer


def test_a_document_may_have_numbers_of_any_length_and_be_read_only() -> None:
    options = parsed('{"timeout": 1180591620717411303424, "hints": ["é"], "ratio": 1e22}')
    answer = {"CredentialCreationOptions": options}
    assert json.loads(encode_json(IDP["StartWebAuthnRegistration"], answer)) == answer
    short = {"CredentialCreationOptions": parsed('{"hints": ["é"]}')}
    assert (
        encode_json(IDP["StartWebAuthnRegistration"], short) == '{"CredentialCreationOptions":{"hints":["é"]}}'.encode()
    )


@pytest.mark.parametrize("attribute", [{"Value": "x"}, {"Name": "x", "Value": 1}, {"Name": "x", "Colour": "red"}, "x"])
def test_one_wrong_attribute_among_right_ones_is_noticed(attribute: Any) -> None:
    right = {"Name": "email", "Value": "a@example.com"}
    with pytest.raises(WrongAnswer, match=r"GetUser\.UserAttributes\.1"):
        encode_json(IDP["GetUser"], {"Username": "x", "UserAttributes": [right, attribute, right]})


def test_an_attribute_without_a_value_is_told_without_it() -> None:
    answer = {"Username": "x", "UserAttributes": [{"Name": "a", "Value": None}, {"Name": "b", "Value": "c"}]}
    told = json.loads(encode_json(IDP["GetUser"], answer))
    assert told["UserAttributes"] == [{"Name": "a"}, {"Name": "b", "Value": "c"}]


def test_a_map_of_structures_is_told_whole() -> None:
    mapping = {"Type": "Token", "AmbiguousRoleResolution": "Deny"}
    answer = {"Roles": {"authenticated": "arn"}, "RoleMappings": {"graph.facebook.com": mapping}}
    assert json.loads(encode_json(IDENTITY["GetIdentityPoolRoles"], answer)) == answer


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        ({"Colour": 1}, "AdminGetUser.Colour is no member of AdminGetUserResponse"),
        ({"Colour": 1, 5: 2}, "AdminGetUser.Colour is no member of AdminGetUserResponse"),
        ({"Username": 5}, "AdminGetUser.Username is a int, not a string"),
        ({"Enabled": "true"}, "AdminGetUser.Enabled is a str, not a boolean"),
        ({"Enabled": 1}, "AdminGetUser.Enabled is a int, not a boolean"),
        ({"UserCreateDate": "today"}, "AdminGetUser.UserCreateDate is a str, not a time in epoch seconds"),
        ({"UserCreateDate": True}, "AdminGetUser.UserCreateDate is a bool, not a time in epoch seconds"),
        (
            {"UserCreateDate": float("nan")},
            "AdminGetUser.UserCreateDate is a float, not a time in epoch seconds",
        ),
        ({"UserAttributes": {}}, "AdminGetUser.UserAttributes is a dict, not a list"),
        ({"UserAttributes": "abc"}, "AdminGetUser.UserAttributes is a str, not a list"),
        (
            {"UserAttributes": [None]},
            "AdminGetUser.UserAttributes.0 is a NoneType, not a structure (AttributeType)",
        ),
        (
            {"UserAttributes": [{"Name": "a"}, {"Name": 1}]},
            "AdminGetUser.UserAttributes.1.Name is a int, not a string",
        ),
        (
            {"UserAttributes": [{"Value": "a"}]},
            "AdminGetUser.UserAttributes.0 lacks Name, which AttributeType requires",
        ),
        ({"Enabled": True}, "AdminGetUser lacks Username, which AdminGetUserResponse requires"),
        (["Username"], "AdminGetUser is a list, not a structure (AdminGetUserResponse)"),
    ],
)
def test_an_answer_that_the_model_does_not_allow_is_our_mistake(answer: Any, problem: str) -> None:
    assert wrong(IDP["AdminGetUser"], answer) == problem


def test_numbers_maps_and_bytes_are_checked_too() -> None:
    pool = {"UserPool": {"EstimatedNumberOfUsers": True}}
    assert wrong(IDP["DescribeUserPool"], pool).endswith("EstimatedNumberOfUsers is a bool, not a whole number")
    assert wrong(IDP["InitiateAuth"], {"ChallengeParameters": []}).endswith("is a list, not a map")
    assert wrong(IDP["InitiateAuth"], {"ChallengeParameters": {"a": 1}}).endswith("a is a int, not a string")
    assert wrong(IDP["InitiateAuth"], {"ChallengeParameters": {1: "a"}}).endswith(
        "has a key that is a int, not a string"
    )
    branding = {"ManagedLoginBranding": {"Assets": [{"Bytes": "x"}]}}
    assert wrong(IDP["DescribeManagedLoginBranding"], branding).endswith("Assets.0.Bytes is a str, not bytes")


def test_a_wrong_answer_does_not_tell_its_values() -> None:
    assert "hunter2" not in wrong(IDP["AdminGetUser"], {"Enabled": "hunter2"})
