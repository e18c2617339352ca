"""The filter of ListUsers."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.domain.accounts import filters
from emulator.domain.accounts.filters import Filter
from emulator.faults import InvalidParameterException


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("", None),
        ("  ", None),
        ('email = "a@b.c"', Filter("email", "=", "a@b.c")),
        ('email="a@b.c"', Filter("email", "=", "a@b.c")),
        ('"email" = "a@b.c"', Filter("email", "=", "a@b.c")),
        ('name ^= "An"', Filter("name", "^=", "An")),
        ('cognito:user_status = "CONFIRMED"', Filter("cognito:user_status", "=", "CONFIRMED")),
        (r'family_name = "O\"Hara \\ x"', Filter("family_name", "=", 'O"Hara \\ x')),
        ('name = ""', Filter("name", "=", "")),
    ],
)
def test_a_condition_is_read(text: str, condition: Filter | None) -> None:
    assert filters.parse(text) == condition


@pytest.mark.parametrize(
    "text",
    [
        "email",
        "email =",
        "email = x",
        'email = "x',
        'email == "x"',
        'a = "b" and c = "d"',
        '"',
        '"email = "x"',
        'email" = "x"',
    ],
)
def test_what_is_no_condition_is_refused(text: str) -> None:
    with pytest.raises(InvalidParameterException, match=r"Error while parsing filter\."):
        filters.parse(text)


@pytest.mark.parametrize("name", ["custom:plan", "gender", "phone_number_verified"])
def test_other_attributes_are_not_searched(name: str) -> None:
    with pytest.raises(InvalidParameterException, match=f"Invalid search attribute: {name}"):
        filters.parse(f'{name} = "x"')


@given(st.text(max_size=80))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(InvalidParameterException):
        found = filters.parse(text)
        assert found is None or found.name in filters.SEARCHABLE


@given(st.text(max_size=30))
def test_any_value_can_be_written(value: str) -> None:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    assert filters.parse(f'name = "{escaped}"') == Filter("name", "=", value)


@pytest.mark.parametrize(
    ("name", "value", "key"),
    [
        ("email", "A@b.C", "a@b.c"),
        ("given_name", "Émile", "émile"),
        ("sub", "ABC", "abc"),
        ("username", "Ana", "Ana"),
        ("status", "Enabled", "Enabled"),
        ("cognito:user_status", "confirmed", "CONFIRMED"),
    ],
)
def test_values_compare_without_case_but_for_two_names(name: str, value: str, key: str) -> None:
    assert filters.key(Filter(name, "=", value)) == key
