from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

import pytest
from botocore.awsrequest import AWSRequest
from botocore.parsers import create_parser
from botocore.serialize import create_serializer
from botocore.session import Session
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator import faults
from emulator.wire import model, query
from emulator.wire.constraints import Invalid
from emulator.wire.conversions import Unreadable
from emulator.wire.encode import WrongAnswer

STS = model.load("sts")
BOTO = Session().get_service_model("sts")
REQUEST_ID = "01234567-89ab-cdef-0123-456789abcdef"
ROLE = "arn:aws:iam::123456789012:role/app"


def parsed(operation: str, body: bytes, status: int = 200) -> Any:
    """What botocore makes of an answer."""
    answer = {"body": body, "headers": {}, "status_code": status, "context": {"operation_name": operation}}
    return create_parser("query").parse(answer, BOTO.operation_model(operation).output_shape)


def sent(operation: str, request: dict[str, Any]) -> dict[str, str]:
    """The form fields that botocore makes of a request."""
    made = create_serializer("query").serialize_to_request(request, BOTO.operation_model(operation))
    assert AWSRequest(method="POST", url="http://sts", data=made["body"]).prepare().body
    return {name: str(value) for name, value in made["body"].items()}


def test_a_request_of_botocore_comes_through() -> None:
    request = {
        "RoleArn": ROLE,
        "RoleSessionName": "app",
        "DurationSeconds": 900,
        "PolicyArns": [{"arn": ROLE}, {"arn": ROLE + "2"}],
        "Tags": [{"Key": f"k{number}", "Value": "v w+é"} for number in range(12)],
        "TransitiveTagKeys": ["k1", "k2"],
    }
    form = sent("AssumeRole", request)
    operation = query.find_operation(STS, form)
    assert operation.name == "AssumeRole"
    assert query.decode_query(operation, form) == request


def test_an_answer_comes_through_to_botocore() -> None:
    answer = {
        "Credentials": {
            "AccessKeyId": "ASIARZPUZDIKAAAAAAAA",
            "SecretAccessKey": "a/b+c",
            "SessionToken": 'x<&>"\r\n\x00😀',
            "Expiration": 1893456000.9,
        },
        "AssumedRoleUser": {"AssumedRoleId": "AROARZPUZDIKAAAAAAAAA:app", "Arn": ROLE},
        "SourceIdentity": None,
        "PackedPolicySize": 6,
    }
    body = query.encode_query(STS.operations["AssumeRole"], answer, REQUEST_ID)
    told = parsed("AssumeRole", body)
    assert told["ResponseMetadata"]["RequestId"] == REQUEST_ID
    assert told["PackedPolicySize"] == 6
    assert told["AssumedRoleUser"] == answer["AssumedRoleUser"]
    assert told["Credentials"]["SessionToken"] == 'x<&>"\r\n\ufffd😀'
    assert told["Credentials"]["Expiration"].isoformat() == "2030-01-01T00:00:00+00:00"
    assert "SourceIdentity" not in told


def test_the_xml_is_that_of_sts() -> None:
    answer = {"Account": "123456789012", "UserId": "AIDA", "Arn": "arn:aws:iam::123456789012:user/me"}
    assert query.encode_query(STS.operations["GetCallerIdentity"], answer, REQUEST_ID).decode() == (
        '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>'
        "<UserId>AIDA</UserId><Account>123456789012</Account><Arn>arn:aws:iam::123456789012:user/me</Arn>"
        f"</GetCallerIdentityResult><ResponseMetadata><RequestId>{REQUEST_ID}</RequestId></ResponseMetadata>"
        "</GetCallerIdentityResponse>"
    )


def test_an_answer_that_the_model_does_not_allow_is_our_mistake() -> None:
    with pytest.raises(WrongAnswer, match=r"GetCallerIdentity\.Colour is no member"):
        query.encode_query(STS.operations["GetCallerIdentity"], {"Colour": "red"}, REQUEST_ID)


def test_a_refusal_names_the_code_and_whose_fault_it_is() -> None:
    fault = faults.InvalidIdentityTokenException("No OpenIDConnect provider found in your account for <iss>")
    body = query.encode_error(fault, REQUEST_ID)
    assert body.decode() == (
        '<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type>'
        "<Code>InvalidIdentityToken</Code><Message>No OpenIDConnect provider found in your account for "
        "&lt;iss&gt;"
        f"</Message></Error><RequestId>{REQUEST_ID}</RequestId></ErrorResponse>"
    )
    told = parsed("AssumeRoleWithWebIdentity", body, 400)
    assert told["Error"] == {"Type": "Sender", "Code": "InvalidIdentityToken", "Message": fault.message}
    ours = ElementTree.fromstring(query.encode_error(faults.InternalFailure(), REQUEST_ID))
    assert ours[0][0].text == "Receiver"
    assert ours[0][2].text is None


@pytest.mark.parametrize(
    ("form", "message"),
    [
        ({"Action": "Fly", "Version": "2011-06-15"}, "Could not find operation Fly for version 2011-06-15"),
        (
            {"Action": "GetCallerIdentity"},
            "Could not find operation GetCallerIdentity for version NO_VERSION_SPECIFIED",
        ),
        (
            {"Action": "GetCallerIdentity", "Version": "2010-05-08"},
            "Could not find operation GetCallerIdentity for version 2010-05-08",
        ),
    ],
)
def test_an_action_needs_its_version(form: dict[str, str], message: str) -> None:
    with pytest.raises(query.UnknownAction) as refused:
        query.find_operation(STS, form)
    assert str(refused.value) == message
    assert refused.value.action == form["Action"]


def test_a_request_without_action_says_so() -> None:
    with pytest.raises(query.UnknownAction) as refused:
        query.find_operation(STS, {"Version": "2011-06-15"})
    assert refused.value.action is None


def assume(**fields: str) -> dict[str, Any]:
    form = {"RoleArn": ROLE, "RoleSessionName": "app"} | {k.replace("__", "."): v for k, v in fields.items()}
    return query.decode_query(STS.operations["AssumeRole"], form)


def test_constraints_are_told_as_in_json() -> None:
    with pytest.raises(Invalid) as refused:
        assume(RoleSessionName="a:b", Tags__member__1__Key="")
    assert str(refused.value) == (
        "4 validation errors detected: Value 'a:b' at 'roleSessionName' failed to satisfy constraint: "
        "Member must "
        r"satisfy regular expression pattern: [\w+=,.@-]*; Value '' at 'tags.1.member.key' failed to satisfy "
        r"constraint: Member must satisfy regular expression pattern: [\p{L}\p{Z}\p{N}_.:/=+\-@]+; Value '' "
        r"at "
        "'tags.1.member.key' failed to satisfy constraint: Member must have length greater than or equal to "
        "1; "
        "Value null at 'tags.1.member.value' failed to satisfy constraint: Member must not be null"
    )


def test_lists_close_their_gaps_and_ignore_what_is_no_number() -> None:
    request = assume(
        TransitiveTagKeys__member__10="last",
        TransitiveTagKeys__member__2="first",
        TransitiveTagKeys__member__x="no",
        TransitiveTagKeys__member__99999999999="no",
    )
    assert request["TransitiveTagKeys"] == ["first", "last"]
    assert assume(PolicyArns="")["PolicyArns"] == []


def test_fields_that_are_no_text_or_no_number_are_refused() -> None:
    for duration in ("", "ten", "1.5", "9" * 30, "١"):
        with pytest.raises(Unreadable):
            assume(DurationSeconds=duration)
    with pytest.raises(Unreadable):
        assume(RoleSessionName="\ud800")
    assert assume(DurationSeconds="900")["DurationSeconds"] == 900


def test_maps_and_booleans_come_through() -> None:
    made_up = model.ServiceModel(
        "made-up",
        {
            "metadata": {"protocol": "query", "apiVersion": "1", "xmlNamespace": "urn:x"},
            "operations": {"Tell": {"input": {"shape": "In"}, "output": {"shape": "In"}, "errors": []}},
            "shapes": {
                "In": {
                    "type": "structure",
                    "members": {"M": {"shape": "M"}, "B": {"shape": "B"}, "L": {"shape": "L"}},
                },
                "M": {"type": "map", "key": {"shape": "S"}, "value": {"shape": "S"}},
                "L": {"type": "list", "member": {"shape": "S"}},
                "B": {"type": "boolean"},
                "S": {"type": "string"},
            },
        },
    )
    operation = made_up.operations["Tell"]
    form = {"M.entry.1.key": "a", "M.entry.1.value": "b", "B": "True"}
    assert query.decode_query(operation, form) == {"M": {"a": "b"}, "B": True}
    with pytest.raises(Unreadable):
        query.decode_query(operation, {"B": "maybe"})
    told = query.encode_query(operation, {"M": {"a": "<"}, "B": False, "L": ["x", "y"]}, "id").decode()
    assert told == (
        '<TellResponse xmlns="urn:x"><M><entry><key>a</key><value>&lt;</value></entry></M><B>false</B>'
        "<L><member>x</member><member>y</member></L>"
        "<ResponseMetadata><RequestId>id</RequestId></ResponseMetadata>"
        "</TellResponse>"
    )


NAMES = st.sampled_from(
    [
        *(name for operation in STS.operations.values() for name in operation.input.members),
        "x",
        "member",
        "1",
        "Key",
        "",
    ]
)


@settings(max_examples=400, deadline=None, derandomize=True, database=None)
@given(st.data())
def test_no_form_breaks_the_decoder(data: st.DataObject) -> None:
    operation = data.draw(st.sampled_from(list(STS.operations.values())))
    fields = st.lists(NAMES, min_size=1, max_size=5).map(".".join)
    form = data.draw(st.dictionaries(fields, st.text(st.characters(exclude_categories=[]), max_size=20), max_size=8))
    try:
        query.decode_query(operation, form)
    except (Unreadable, Invalid):
        return


def test_deep_and_wide_forms_are_harmless() -> None:
    deep = {"Tags." + "member." * 20_000 + "Key": "x"}
    wide = {f"Tags.member.{number}.Key": "x" for number in range(20_000)}
    for form in (deep, wide):
        with pytest.raises(Invalid):
            query.decode_query(STS.operations["AssumeRole"], form)


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_every_message_is_well_formed_xml(message: str) -> None:
    root = ElementTree.fromstring(query.encode_error(faults.ValidationError(message), REQUEST_ID))
    assert root[1].text == REQUEST_ID
