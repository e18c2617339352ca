"""The constraints of a pool's own attributes."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.domain import schema
from emulator.faults import InvalidParameterException


def created(kind: str, **limits: str) -> dict[str, Any]:
    member = f"{kind}AttributeConstraints"
    return schema.created([{"Name": "n", "AttributeDataType": kind, member: limits}])[-1]


@pytest.mark.parametrize(
    ("kind", "limits"),
    [
        ("String", {"MinLength": "0", "MaxLength": "2048"}),
        ("String", {}),
        ("Number", {"MinValue": "-5", "MaxValue": "5.5"}),
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
    with pytest.raises(InvalidParameterException, match="Existing attribute already has name custom:a"):
        schema.created([{"Name": "a", "AttributeDataType": "String"}] * 2)


def test_sub_stays_as_it_is() -> None:
    with pytest.raises(InvalidParameterException):
        schema.created([{"Name": "sub", "AttributeDataType": "String", "Mutable": True}])
