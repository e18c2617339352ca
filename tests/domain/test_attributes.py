"""Attributes against a schema: presence, type, length, change."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.domain.accounts import attributes
from emulator.domain.pools import schema
from emulator.faults import InvalidParameterException

SCHEMA = schema.created(
    [
        {"Name": "given_name", "AttributeDataType": "String", "Required": True},
        {
            "Name": "plan",
            "AttributeDataType": "String",
            "StringAttributeConstraints": {"MinLength": "2", "MaxLength": "4"},
        },
        {
            "Name": "level",
            "AttributeDataType": "Number",
            "NumberAttributeConstraints": {"MinValue": "1", "MaxValue": "10"},
        },
        {"Name": "vip", "AttributeDataType": "Boolean"},
        {"Name": "since", "AttributeDataType": "DateTime"},
        {"Name": "fixed", "AttributeDataType": "String", "Mutable": False},
    ]
)
ANA = {"given_name": "Ana"}


def refused(call: Any, *arguments: Any, **named: Any) -> str:
    with pytest.raises(InvalidParameterException) as refusal:
        call(SCHEMA, *arguments, **named)
    return refusal.value.message or ""


def test_a_new_user_has_what_was_given_and_no_blanks() -> None:
    given = {**ANA, "custom:plan": "gold", "custom:vip": "TRUE", "nickname": ""}
    assert attributes.check_new(SCHEMA, given) == {**ANA, "custom:plan": "gold", "custom:vip": "true"}


def test_a_required_attribute_must_be_given_unless_it_is_asked_for_later() -> None:
    assert refused(attributes.check_new, {}) == (
        "Attributes did not conform to the schema: given_name: The attribute is required\n"
    )
    assert attributes.check_new(SCHEMA, {}, require_all=False) == {}


@pytest.mark.parametrize("name", ["custom:none", "nonsense", "dev:custom:plan", "plan"])
def test_an_unknown_attribute_is_refused(name: str) -> None:
    assert f"{name}: Attribute does not exist in the schema.\n" in refused(attributes.check_new, {**ANA, name: "x"})
    assert refused(attributes.check_change, ANA, {name: "x"}) == (
        f"Invalid user attributes: user.{name}: Attribute does not exist in the schema.\n"
    )


@pytest.mark.parametrize("address", ["nobody", "a@", "@b", "a b@c.d", "a@b@c", "a@b..c", "<a@b.c>"])
def test_what_is_no_email_address_is_refused(address: str) -> None:
    assert refused(attributes.check_new, {**ANA, "email": address}) == "Invalid email address format."


@pytest.mark.parametrize(
    "character", ["\0", "\x01", "\n", "\r", "\r\nBcc:", "\x7f", "\x85", "\u200b", "\u202e", "\ud800"]
)
def test_no_character_of_an_address_is_one_that_cannot_be_seen(character: str) -> None:
    for address in (f"a{character}b@c.d", f"a@b{character}.c", f"{character}a@b.c", f"a@b.c{character}"):
        assert refused(attributes.check_new, {**ANA, "email": address}) == "Invalid email address format."
        assert refused(attributes.check_change, ANA, {"email": address}) == "Invalid email address format."
    for number in (f"+49{character}123", f"+49123{character}", f"{character}+49123"):
        assert refused(attributes.check_new, {**ANA, "phone_number": number}) == "Invalid phone number format."


def test_an_address_may_have_letters_of_every_script() -> None:
    assert attributes.check_new(SCHEMA, {**ANA, "email": "jürgen@例え.jp"})["email"] == "jürgen@例え.jp"


@pytest.mark.parametrize("number", ["15551234567", "+", "+1555a", "+1 555", "+١٢٣", "+1234567890123456"])
def test_what_is_no_phone_number_is_refused(number: str) -> None:
    assert refused(attributes.check_new, {**ANA, "phone_number": number}) == "Invalid phone number format."


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("custom:plan", "x"),
        ("custom:plan", "xxxxx"),
        ("custom:level", "0"),
        ("custom:level", "11"),
        ("custom:level", "many"),
        ("custom:level", "1e1"),
        ("custom:level", "1_0"),
        ("custom:level", "٥"),
        ("custom:vip", "yes"),
        ("custom:since", "yesterday"),
        ("birthdate", "2000-1-1"),
        ("updated_at", "-1"),
    ],
)
def test_a_value_that_the_schema_does_not_allow_is_refused_by_name(name: str, value: str) -> None:
    assert refused(attributes.check_new, {**ANA, name: value}).startswith(
        f"Attributes did not conform to the schema: {name}: "
    )


def test_every_problem_is_told_on_a_line_of_its_own() -> None:
    told = refused(attributes.check_new, {"custom:plan": "x", "custom:none": "y"})
    assert told.count("\n") == 3


def test_a_blank_value_removes_an_attribute() -> None:
    assert attributes.check_change(SCHEMA, {**ANA, "nickname": "A"}, {"nickname": ""}) == ANA


def test_a_required_attribute_is_not_removed() -> None:
    assert "given_name: Required attribute cannot be deleted." in refused(
        attributes.check_change, ANA, {"given_name": ""}
    )
    assert refused(attributes.check_delete, ["given_name"]) == (
        "Invalid user attributes: given_name: Required attribute cannot be deleted."
    )


def test_what_cannot_be_changed_is_set_only_at_the_beginning() -> None:
    given = {"custom:fixed": "x"}
    assert attributes.check_new(SCHEMA, {**ANA, **given}) == {**ANA, **given}
    assert refused(attributes.check_change, ANA, given) == (
        "Invalid user attributes: user.custom:fixed: Attribute cannot be updated.\n"
    )
    assert attributes.check_change(SCHEMA, ANA, given, initial=True) == {**ANA, **given}
    assert "cannot be updated" in refused(attributes.check_change, given, {"custom:fixed": "y"}, initial=True)


@pytest.mark.parametrize("level", ["9007199254740993", "9" * 2048])
def test_numbers_compare_exactly(level: str) -> None:
    limits = {"MaxValue": "9007199254740992"}
    exact = schema.created([{"Name": "n", "AttributeDataType": "Number", "NumberAttributeConstraints": limits}])
    assert attributes.check_new(exact, {"custom:n": "9007199254740992"})
    with pytest.raises(InvalidParameterException) as refusal:
        attributes.check_new(exact, {"custom:n": level})
    assert refusal.value.message == (
        "Attributes did not conform to the schema: custom:n: Number must be less than or equal to 9007199254740992\n"
    )


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("x", "String must be at least 2 characters long"),
        ("xxxxx", "String must be no longer than 4 characters"),
        ("😀", "String must be at least 2 characters long"),
    ],
)
def test_a_length_is_told_with_its_limit(value: str, problem: str) -> None:
    assert refused(attributes.check_change, ANA, {"custom:plan": value}) == (
        f"Invalid user attributes: user.custom:plan: {problem}\n"
    )


def test_a_string_without_limits_has_2048_characters_at_most() -> None:
    assert attributes.check_new(SCHEMA, {**ANA, "custom:fixed": "é" * 2048})
    assert "no longer than 2048 characters" in refused(attributes.check_new, {**ANA, "custom:fixed": "x" * 2049})


def test_a_name_to_get_must_be_in_the_schema() -> None:
    attributes.check_known(SCHEMA, ["email", "custom:plan", "sub"])
    assert refused(attributes.check_known, ["email", "custom:none", "no"]) == (
        "One or more requested attributes do not exist."
    )


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("custom:none", "Invalid user attributes: user.custom:none: Attribute does not exist in the schema.\n"),
        ("custom:fixed", "Invalid user attributes: user.custom:fixed: Attribute cannot be updated.\n"),
        ("sub", "Invalid user attributes: sub: Required attribute cannot be deleted."),
    ],
)
def test_what_cannot_be_deleted_is_said(name: str, message: str) -> None:
    assert refused(attributes.check_delete, ["nickname", name]) == message


def test_sub_is_nobodys_to_change() -> None:
    assert refused(attributes.check_change, ANA, {"sub": "x"}) == "Cannot modify the non-mutable attribute sub"
