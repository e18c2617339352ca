"""The constraints of a pool's own attributes."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.domain.pools import schema
from emulator.faults import InvalidParameterException


def created(kind: str, **limits: str) -> dict[str, Any]:
    member = f"{kind}AttributeConstraints"
    return schema.created([{"Name": "n", "AttributeDataType": kind, member: limits}])[-1]


UNTYPED = "Invalid AttributeDataType input, consider using the provided AttributeDataType enum."


@pytest.mark.parametrize(
    ("kind", "limits"),
    [
        ("String", {"MinLength": "0", "MaxLength": "2048"}),
        ("String", {}),
        ("Number", {"MinValue": "-5", "MaxValue": "5.5"}),
        ("Number", {"MaxValue": str(2**1023)}),
    ],
)
def test_limits_are_kept_as_they_were_given(kind: str, limits: dict[str, str]) -> None:
    assert created(kind, **limits)[f"{kind}AttributeConstraints"] == limits


@pytest.mark.parametrize("text", ["", " 5", "5 ", "1_0", "٥", "1e3", "inf", "nan", "0x5", "9" * 5000])
@pytest.mark.parametrize(("kind", "bound"), [("String", "MaxLength"), ("Number", "MinValue")])
def test_what_is_no_number_is_no_limit(kind: str, bound: str, text: str) -> None:
    with pytest.raises(InvalidParameterException) as refused:
        created(kind, **{bound: text})
    assert refused.value.message == f"Invalid {kind}AttributeConstraints for schema attribute custom:n"


@pytest.mark.parametrize("text", [str(2**1023 + 1), f"-{2**1023 + 1}", "9" * 308])
def test_no_number_goes_beyond_a_double(text: str) -> None:
    with pytest.raises(InvalidParameterException, match="Invalid NumberAttributeConstraints"):
        created("Number", MaxValue=text)


@pytest.mark.parametrize(
    ("kind", "limits", "message"),
    [
        (
            "String",
            {"MinLength": "2", "MaxLength": "1"},
            "Attribute custom:n cannot have a max length shorter than it's min length",
        ),
        (
            "Number",
            {"MinValue": "0.2", "MaxValue": "0.1"},
            "Attribute custom:n cannot have a max value smaller than it's min value",
        ),
        ("String", {"MaxLength": "2049"}, "user.custom:n: String attributes cannot have a length of more than 2048"),
        ("String", {"MinLength": "2049"}, "user.custom:n: String attributes cannot have a length of more than 2048"),
    ],
)
def test_limits_that_cannot_be_are_refused(kind: str, limits: dict[str, str], message: str) -> None:
    with pytest.raises(InvalidParameterException) as refused:
        created(kind, **limits)
    assert refused.value.message == message


@pytest.mark.parametrize("kind", ["Boolean", "DateTime"])
def test_other_types_have_no_limits(kind: str) -> None:
    assert set(created(kind)) == {"Name", "AttributeDataType", "DeveloperOnlyAttribute", "Mutable", "Required"}


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ({}, "Invalid attribute name: a custom attribute needs a name."),
        ({"Name": "n", "Required": True}, UNTYPED),
        (
            {"Name": "n", "AttributeDataType": "String", "Required": True},
            "Required custom attributes are not supported currently.",
        ),
        (
            {"Name": "email", "DeveloperOnlyAttribute": True},
            "You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute email",
        ),
        (
            {"Name": "email_verified", "AttributeDataType": "String"},
            "You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute "
            "email_verified",
        ),
    ],
)
def test_an_attribute_that_cannot_be_is_refused(wanted: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidParameterException) as refused:
        schema.created([wanted])
    assert refused.value.message == message


def test_an_attribute_that_is_added_never_changes_a_standard_one() -> None:
    added = schema.extended(schema.standard(), [{"Name": "email", "AttributeDataType": "Number"}])
    assert [entry["Name"] for entry in added].count("email") == 1
    assert added[-1]["Name"] == "custom:email"


def test_a_developers_attribute_and_another_of_its_name_are_two() -> None:
    both: list[dict[str, Any]] = [
        {"Name": "n", "AttributeDataType": "String"},
        {"Name": "n", "AttributeDataType": "String", "DeveloperOnlyAttribute": True},
    ]
    assert [entry["Name"] for entry in schema.created(both)[20:]] == ["custom:n", "dev:custom:n"]
    with pytest.raises(InvalidParameterException) as refused:
        schema.extended(schema.created(both), [both[1]])
    assert refused.value.message == "custom:n: Existing attribute already has name dev:custom:n."


def test_twenty_five_attributes_are_added_at_once_and_fifty_in_all() -> None:
    many = [{"Name": f"n{number}", "AttributeDataType": "String"} for number in range(51)]
    assert len(schema.created(many[:50])) == 70
    with pytest.raises(InvalidParameterException, match="A user pool cannot have more than 50 custom attributes"):
        schema.created(many)
    with pytest.raises(InvalidParameterException, match="No more than 25 attributes can be added at once"):
        schema.extended([], many[:26])


@pytest.mark.parametrize("text", ["-1", "1.5"])
def test_a_length_is_a_whole_number(text: str) -> None:
    with pytest.raises(InvalidParameterException, match="Invalid StringAttributeConstraints"):
        created("String", MinLength=text)


def test_a_standard_attribute_keeps_its_limits_unless_others_are_given() -> None:
    [birthdate] = [
        entry for entry in schema.created([{"Name": "birthdate", "Required": True}]) if entry["Name"] == "birthdate"
    ]
    assert birthdate["StringAttributeConstraints"] == {"MinLength": "10", "MaxLength": "10"}
    assert birthdate["Required"] is True


def test_two_attributes_of_one_name_are_refused() -> None:
    with pytest.raises(InvalidParameterException, match="Duplicate custom attribute names custom:a are not allowed"):
        schema.created([{"Name": "a", "AttributeDataType": "String"}] * 2)


def test_sub_stays_as_it_is() -> None:
    with pytest.raises(InvalidParameterException):
        schema.created([{"Name": "sub", "AttributeDataType": "String", "Mutable": True}])
