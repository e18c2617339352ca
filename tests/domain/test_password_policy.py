"""The password policy, rule by rule."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.domain.credentials import password_policy
from emulator.faults import InvalidPasswordException

DAY = 86_400


def settings(**policy: Any) -> dict[str, Any]:
    return {"Policies": {"PasswordPolicy": {"MinimumLength": 6, **policy}}}


STRICT = settings(
    MinimumLength=8, RequireUppercase=True, RequireLowercase=True, RequireNumbers=True, RequireSymbols=True
)


@pytest.mark.parametrize(
    ("password", "rule"),
    [
        ("aB1$efg", "Password not long enough"),
        ("ab1$efgh", "Password must have uppercase characters"),
        ("AB1$EFGH", "Password must have lowercase characters"),
        ("aBc$efgh", "Password must have numeric characters"),
        ("aB1defgh", "Password must have symbol characters"),
        ("aB1$" + "x" * 253, "Password too long"),
        ("Àb1$efghi", "Password must have uppercase characters"),
        ("aB١$efgh", "Password must have numeric characters"),
        ("aB1defgh§", "Password must have symbol characters"),
        (" aB1defgh", "Password must have symbol characters"),
    ],
)
def test_the_first_broken_rule_is_named(password: str, rule: str) -> None:
    with pytest.raises(InvalidPasswordException) as refused:
        password_policy.check(password, STRICT)
    assert refused.value.message == f"Password did not conform with policy: {rule}"


@pytest.mark.parametrize("symbol", list("^$*.[]{}()?\"!@#%&/\\,><':;|_~`=+-"))
def test_every_symbol_of_aws_counts(symbol: str) -> None:
    password_policy.check(f"aB1{symbol}efgh", STRICT)


def test_a_space_counts_where_it_is_neither_first_nor_last() -> None:
    password_policy.check("aB1 efgh", STRICT)


def test_two_hundred_and_fifty_six_characters_are_allowed() -> None:
    password_policy.check("aB1$" + "x" * 252, STRICT)


def test_nothing_is_asked_that_the_policy_does_not_ask() -> None:
    password_policy.check("aaaaaa", settings())


def test_admin_create_user_has_words_of_its_own() -> None:
    with pytest.raises(InvalidPasswordException, match="did not conform with password policy: Password not long"):
        password_policy.check("aaa", settings(), wording=password_policy.ADMIN_CREATE_USER)


@pytest.mark.parametrize(
    ("policy", "days"), [({}, 7), ({"TemporaryPasswordValidityDays": 0}, 7), ({"TemporaryPasswordValidityDays": 3}, 3)]
)
def test_a_temporary_password_lasts_as_the_policy_says(policy: dict[str, int], days: int) -> None:
    assert password_policy.temporary_lifetime(settings(**policy)) == days * DAY


def test_the_history_is_off_unless_set() -> None:
    assert password_policy.history_size(settings()) == 0
    assert password_policy.history_size(settings(PasswordHistorySize=4)) == 4
