"""Usernames, aliases, and how they compare."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.domain.accounts import usernames
from emulator.faults import InvalidParameterException

BY_EMAIL = {"UsernameAttributes": ["email"]}
BY_PHONE = {"UsernameAttributes": ["phone_number"]}
BY_EITHER = {"UsernameAttributes": ["email", "phone_number"]}
ALIASED = {"AliasAttributes": ["email", "phone_number", "preferred_username"]}
INSENSITIVE = {"UsernameConfiguration": {"CaseSensitive": False}}


def test_a_plain_username_stays_as_it_was_typed() -> None:
    assert usernames.assign({}, "Ana", "sub", {"email": "a@b.c"}) == ("Ana", {"email": "a@b.c"})


@pytest.mark.parametrize(
    ("settings", "typed", "attributes"),
    [
        (BY_EMAIL, "a@b.c", {"email": "a@b.c"}),
        (BY_PHONE, "+15551234567", {"phone_number": "+15551234567"}),
        (BY_EITHER, "+15551234567", {"phone_number": "+15551234567"}),
        (BY_EITHER, "a@b.c", {"email": "a@b.c"}),
    ],
)
def test_a_typed_address_becomes_an_attribute_and_the_sub_the_username(
    settings: dict[str, Any], typed: str, attributes: dict[str, str]
) -> None:
    assert usernames.assign(settings, typed, "the-sub", {}) == ("the-sub", attributes)


@pytest.mark.parametrize(
    ("settings", "typed", "message"),
    [
        (BY_EMAIL, "ana", "Username should be an email."),
        (BY_EMAIL, "+15551234567", "Username should be an email."),
        (BY_PHONE, "a@b.c", "Username should be a phone number."),
        (BY_EITHER, "ana", "Username should be either an email or a phone number."),
        (ALIASED, "a@b.c", "Username cannot be of email format, since user pool is configured for email alias."),
        (
            ALIASED,
            "+15551234567",
            "Username cannot be of phone number format, since user pool is configured for phone number alias.",
        ),
    ],
)
def test_a_username_of_the_wrong_form_is_refused(settings: dict[str, Any], typed: str, message: str) -> None:
    with pytest.raises(InvalidParameterException) as refused:
        usernames.assign(settings, typed, "sub", {})
    assert refused.value.message == message


def test_an_attribute_that_contradicts_the_username_is_refused() -> None:
    with pytest.raises(InvalidParameterException):
        usernames.assign(BY_EMAIL, "a@b.c", "sub", {"email": "x@y.z"})


def test_case_counts_unless_the_pool_says_otherwise() -> None:
    assert usernames.fold({}, "username", "Ana") == "Ana"
    assert usernames.fold({"UsernameConfiguration": {"CaseSensitive": True}}, "username", "Ana") == "Ana"
    for name in ("username", "email", "preferred_username"):
        assert usernames.fold(INSENSITIVE, name, "ANA@B.C") == "ana@b.c"
    assert usernames.fold(INSENSITIVE, "given_name", "Ana") == "Ana"
    assert usernames.fold(INSENSITIVE, "username", "maße") != usernames.fold(INSENSITIVE, "username", "masse")


@pytest.mark.parametrize(
    ("settings", "attributes", "status", "active"),
    [
        ({}, {"email": "a@b.c", "email_verified": "true"}, "CONFIRMED", {}),
        (BY_EMAIL, {"email": "a@b.c"}, "UNCONFIRMED", {"email": "a@b.c"}),
        (ALIASED, {"email": "a@b.c"}, "CONFIRMED", {}),
        (ALIASED, {"email": "a@b.c", "email_verified": "false"}, "CONFIRMED", {}),
        (ALIASED, {"email": "a@b.c", "email_verified": "true"}, "CONFIRMED", {"email": "a@b.c"}),
        (ALIASED, {"preferred_username": "ana"}, "CONFIRMED", {"preferred_username": "ana"}),
    ],
)
def test_an_alias_is_active_once_it_is_proved(
    settings: dict[str, Any], attributes: dict[str, str], status: str, active: dict[str, str]
) -> None:
    assert usernames.aliases(settings, attributes, status) == active


def test_what_was_typed_is_looked_up_only_where_it_can_be() -> None:
    assert usernames.alias_kinds({}, "a@b.c") == []
    assert usernames.alias_kinds(ALIASED, "ana") == ["preferred_username"]
    assert usernames.alias_kinds(ALIASED, "a@b.c") == ["email", "preferred_username"]
    assert usernames.alias_kinds(BY_PHONE, "+15551234567") == ["phone_number"]
