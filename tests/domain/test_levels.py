"""Levels of authentication: which methods satisfy which, as AWS's table has it, and what a token says of them."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from emulator.domain.factors import levels
from storage.records.pools import Pool

NAMES = {1: "urn:cognito:loa:1", 2: "urn:my:two", 3: "urn:cognito:loa:3", 4: "urn:cognito:loa:4"}
CONFIGURED = {"AcrConfiguration": {f"Level{number}": {"AcrValue": name} for number, name in NAMES.items()}}
POOL = Pool("us-east-1_a", "us-east-1", "pool", CONFIGURED, 0.0, 0.0)


@pytest.mark.parametrize(
    ("methods", "level"),
    [
        ([], 0),
        (["pwd"], 1),
        (["sms"], 2),
        (["email_otp"], 2),
        (["sms", "email_otp"], 2),
        (["swk"], 3),
        (["hwk"], 3),
        (["pwd", "sms"], 3),
        (["pwd", "email_otp"], 3),
        (["otp"], 0),
        (["otp", "swk"], 3),
        (["pwd", "otp"], 4),
        (["pwd", "otp", "sms", "swk"], 4),
        (["fed", "mfa"], 0),
    ],
)
def test_a_level_is_the_highest_that_methods_satisfy_in_any_order(methods: list[str], level: int) -> None:
    assert {levels.level(order) for order in permutations(methods)} == {level}


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ({}, {}),
        ({"first": "CUSTOM_CHALLENGE"}, {}),
        ({"first": "PASSWORD"}, {"Acr": NAMES[1], "Amr": ["pwd"]}),
        ({"first": "PASSWORD_SRP", "second": "SMS_MFA"}, {"Acr": NAMES[3], "Amr": ["pwd", "sms", "mfa"]}),
        ({"first": "PASSWORD", "second": "EMAIL_OTP"}, {"Acr": NAMES[3], "Amr": ["pwd", "email_otp", "mfa"]}),
        ({"first": "SMS_OTP"}, {"Acr": NAMES[2], "Amr": ["sms"]}),
        ({"first": "WEB_AUTHN", "second": "WEB_AUTHN", "passkey": "hwk"}, {"Acr": NAMES[3], "Amr": ["hwk"]}),
        (
            {"credited": ["pwd", "sms"], "first": "PASSWORD", "second": "SOFTWARE_TOKEN_MFA"},
            {"Acr": NAMES[4], "Amr": ["pwd", "sms", "otp", "mfa"]},
        ),
        ({"credited": ["otp"]}, {"Amr": ["otp"]}),
    ],
    ids=range(9),
)
def test_a_token_says_what_was_passed_and_how_far_that_reaches(state: dict[str, Any], said: dict[str, Any]) -> None:
    assert levels.details(POOL, state) == said
    assert levels.claims(said | {"DeviceGroupKey": "x"}) == {name.lower(): value for name, value in said.items()}


def test_levels_are_known_by_the_names_of_the_pool_alone() -> None:
    assert levels.names(POOL) == {name: number for number, name in NAMES.items()}


def test_only_methods_are_credited() -> None:
    assert levels.credited(["pwd", "mfa", "fed", 7, None, "otp", ["sms"]][:6]) == ["pwd", "otp"]
