from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.wire import decode, model
from emulator.wire.constraints import Invalid
from emulator.wire.decode import Unreadable, decode_json
from emulator.wire.model import Operation, Shape

IDP = model.load("cognito-idp")
SERVICES: tuple[model.Name, ...] = ("cognito-idp", "cognito-identity", "sts")
OPERATIONS = [operation for name in SERVICES for operation in model.load(name).operations.values()]
GET_USER = IDP.operations["AdminGetUser"]
LIST_USERS = IDP.operations["ListUsers"]
WEB_AUTHN = IDP.operations["CompleteWebAuthnRegistration"]


def unreadable(operation: Operation, body: bytes) -> str | None:
    with pytest.raises(Unreadable) as refused:
        decode_json(operation, body)
    return refused.value.message


def test_a_valid_request_comes_through_without_what_the_model_does_not_know() -> None:
    body = b'{"UserPoolId": "us-east-1_Abc", "Username": "alice", "Colour": [{"deep": 1}]}'
    assert decode_json(GET_USER, body) == {"UserPoolId": "us-east-1_Abc", "Username": "alice"}


def test_null_means_absent_also_in_structures_and_maps() -> None:
    body = {
        "ClientId": "abc",
        "Username": "alice",
        "SecretHash": None,
        "UserAttributes": [{"Name": "email", "Value": None}],
        "ClientMetadata": {"a": "b", "c": None},
        "AnalyticsMetadata": None,
    }
    assert decode_json(IDP.operations["SignUp"], json.dumps(body).encode()) == {
        "ClientId": "abc",
        "Username": "alice",
        "UserAttributes": [{"Name": "email"}],
        "ClientMetadata": {"a": "b"},
    }


def test_an_empty_body_is_an_empty_request() -> None:
    operation = model.load("sts").operations["GetCallerIdentity"]
    assert decode_json(operation, b"") == decode_json(operation, b"{}") == {}


def test_a_byte_order_mark_is_skipped_and_the_last_of_duplicate_keys_wins() -> None:
    body = b'\xef\xbb\xbf{"UserPoolId": "us-east-1_Abc", "Username": "alice", "Username": "bob"}'
    assert decode_json(GET_USER, body)["Username"] == "bob"


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"not json",
        b"   ",
        b"{'a': 1}",
        b'{"a": 1,}',
        b'{"Limit": NaN}',
        b'{"Limit": Infinity}',
        b'{"Limit": -Infinity}',
        b'{"Limit": 1e999}',
        b'{"Limit": ' + b"9" * 5000 + b"}",
        b'{"Username": "\xff"}',
        b'{"Username": "a\nb"}',
        b'{"Username": "\\ud800"}',
        b'{"Colour": {"\\udc00": 1}}',
        b'{"Username": "\xed\xa0\x80"}',
        "{}".encode("utf-16"),
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"[" * 500 + b"]" * 500 + b"x",
        b"null",
        b"1",
        b'"text"',
        b"true",
    ],
)
def test_what_is_not_a_json_object_is_refused_without_a_message(body: bytes) -> None:
    assert unreadable(LIST_USERS, body) is None


def test_pairs_of_surrogates_are_characters() -> None:
    body = b'{"UserPoolId": "us-east-1_Abc", "Username": "\\ud83d\\ude00"}'
    assert decode_json(GET_USER, body)["Username"] == "😀"


@pytest.mark.parametrize(
    ("member", "value", "message"),
    [
        ("UserPoolId", "5", "NUMBER_VALUE can not be converted to a String"),
        ("UserPoolId", "5.5", "DECIMAL_VALUE can not be converted to a String"),
        ("UserPoolId", "true", "TRUE_VALUE can not be converted to a String"),
        ("UserPoolId", "false", "FALSE_VALUE can not be converted to a String"),
        ("UserPoolId", "{}", "Start of structure or map found where not expected."),
        ("UserPoolId", "[]", "Start of list found where not expected"),
        ("Limit", '"5"', "STRING_VALUE can not be converted to an Integer"),
        ("Limit", "true", "TRUE_VALUE can not be converted to an Integer"),
        ("Limit", "2147483648", "NUMBER_VALUE can not be converted to an Integer"),
        ("Limit", "1e300", "NUMBER_VALUE can not be converted to an Integer"),
        ("Limit", "[1]", "Start of list found where not expected"),
        ("AttributesToGet", "{}", "Start of structure or map found where not expected."),
        ("AttributesToGet", '"email"', "Unexpected field type"),
        ("AttributesToGet", "[1]", "NUMBER_VALUE can not be converted to a String"),
    ],
)
def test_a_wrong_type_is_told_in_the_words_of_aws(member: str, value: str, message: str) -> None:
    assert unreadable(LIST_USERS, f'{{"{member}": {value}}}'.encode()) == message


def test_a_wrong_type_wins_over_a_broken_constraint() -> None:
    assert unreadable(GET_USER, b'{"Username": 1}') == "NUMBER_VALUE can not be converted to a String"


def test_structures_maps_booleans_and_bytes_have_their_types() -> None:
    set_image, sign_up = IDP.operations["SetUICustomization"], IDP.operations["SignUp"]
    assert unreadable(set_image, b'{"ImageFile": 1}') == "NUMBER_VALUE can not be converted to a Blob"
    assert unreadable(set_image, b'{"ImageFile": "AAA"}') == "Invalid base64-encoded value"
    assert unreadable(set_image, '{"ImageFile": "é"}'.encode()) == "Invalid base64-encoded value"
    assert unreadable(sign_up, b'{"ClientMetadata": []}') == "Start of list found where not expected"
    assert unreadable(sign_up, b'{"UserContextData": "x"}') == "Unexpected field type"
    force = b'{"ForceAliasCreation": "true"}'
    assert unreadable(IDP.operations["ConfirmSignUp"], force) == "STRING_VALUE can not be converted to a Boolean"


def test_a_body_that_is_a_list_is_told_so() -> None:
    assert unreadable(GET_USER, b"[]") == "Start of list found where not expected"


def test_a_fraction_is_cut_from_a_whole_number() -> None:
    request = decode_json(LIST_USERS, b'{"UserPoolId": "us-east-1_Abc", "Limit": 3.7}')
    assert request["Limit"] == 3
    assert type(request["Limit"]) is int


def test_bytes_come_out_of_base64() -> None:
    request = decode_json(IDP.operations["SetUICustomization"], b'{"UserPoolId": "a_b", "ImageFile": "iVBORw=="}')
    assert request["ImageFile"] == b"\x89PNG"


def test_a_document_is_any_json() -> None:
    body = {"AccessToken": "t", "Credential": {"id": "x", "deep": [1, None, {"a": 1.5}], "yes": True}}
    assert decode_json(WEB_AUTHN, json.dumps(body).encode()) == body


def test_a_document_does_not_nest_for_ever() -> None:
    def nested(levels: int) -> bytes:
        return b'{"AccessToken": "t", "Credential": ' + b"[" * levels + b"]" * levels + b"}"

    assert decode_json(WEB_AUTHN, nested(60))["AccessToken"] == "t"
    assert unreadable(WEB_AUTHN, nested(65)) is None


def timestamps() -> decode.Reader:
    shape = Shape(IDP, "When", {"type": "timestamp"})
    return decode.reader(shape)


def test_a_time_is_a_number_of_seconds() -> None:
    read = timestamps()
    assert read(1.682955829578e9, "at", []) == 1682955829.578
    assert type(read(1, "at", [])) is float
    for value, words in [
        ("2026-01-01", "class java.lang.String can not be converted to milliseconds since epoch"),
        (True, "class java.lang.Boolean can not be converted to milliseconds since epoch"),
        (1e300, "class java.lang.Double can not be converted to milliseconds since epoch"),
        ([], "Start of list found where not expected"),
    ]:
        with pytest.raises(Unreadable) as refused:
            read(value, "at", [])
        assert refused.value.message == words


HOSTILE: list[Any] = [
    None, True, 0, -1, 2**31, 2**63, 10**30, 1.5, "", "x", "\x00", "😀" * 3000, [], [None], [[]], [{}],
    ["x", 1], {}, {"": None}, {"x": {}}, {"Name": []}, {"\u2028": "x"},
]  # fmt: skip


def broken_bodies(shape: Shape) -> Iterator[Any]:
    """Each member of a structure in turn replaced by each hostile value, at every depth."""
    yield from HOSTILE
    if shape.kind == "structure":
        for name, member in shape.members.items():
            yield from ({name: body} for body in broken_bodies(member))
    elif shape.kind == "list":
        yield from ([body] for body in broken_bodies(shape.part("member")))
    elif shape.kind == "map":
        yield from ({"key": body} for body in broken_bodies(shape.part("value")))


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: f"{operation.service}-{operation.name}")
def test_no_member_of_any_request_can_break_the_decoder(operation: Operation) -> None:
    told = 0
    for body in broken_bodies(operation.input):
        try:
            request = decode.decode_value(operation, body)
        except (Unreadable, Invalid):
            told += 1
        else:
            assert request.keys() <= operation.input.members.keys()
    assert told


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(exclude_categories=[])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=400, deadline=None, derandomize=True, database=None)
@given(st.data())
def test_no_json_body_breaks_the_decoder(data: st.DataObject) -> None:
    operation = data.draw(st.sampled_from(OPERATIONS))
    names = st.sampled_from([*operation.input.members, "x"])
    body = data.draw(JSON | st.dictionaries(names, JSON, max_size=6))
    try:
        decode_json(operation, json.dumps(body).encode())
    except (Unreadable, Invalid):
        return


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(st.binary(max_size=40) | st.text('{}[]",:\\u0d8 \n-1e.', max_size=30).map(str.encode))
def test_no_bytes_break_the_decoder(body: bytes) -> None:
    try:
        decode_json(LIST_USERS, body)
    except (Unreadable, Invalid):
        return
    raise AssertionError("nothing without a pool id is a valid request")
