"""The second factors of a pool, and what is shown of a user's choice."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.domain.factors import mfa_methods
from emulator.domain.factors.mfa_methods import EMAIL, PASSKEY, SMS, SOFTWARE_TOKEN, Choice
from storage.records.pools import Pool

SNS = {"SmsConfiguration": {"SnsCallerArn": "arn:aws:iam::123456789012:role/sms"}}
EUMS = {"SmsConfiguration": {"EumsSms": {"CallerArn": "arn:aws:iam::123456789012:role/sms"}}}
TOKEN = {"SoftwareTokenMfaConfiguration": {"Enabled": True}}


@pytest.mark.parametrize(
    ("settings", "further", "expected"),
    [
        ({}, {}, []),
        ({"SmsConfiguration": {}}, {}, []),
        ({"SmsConfiguration": {"ExternalId": "x"}}, {}, []),
        (SNS, {}, [SMS]),
        (EUMS, {}, [SMS]),
        (SNS, {"SmsMfaConfiguration": {}}, [SMS]),
        (SNS, {"SmsMfaConfiguration": None}, []),
        ({}, {"SmsMfaConfiguration": {}}, []),
        ({}, TOKEN, [SOFTWARE_TOKEN]),
        ({}, {"SoftwareTokenMfaConfiguration": {"Enabled": False}}, []),
        ({}, {"SoftwareTokenMfaConfiguration": {}}, []),
        ({}, {"EmailMfaConfiguration": {}}, [EMAIL]),
        (SNS, {**TOKEN, "EmailMfaConfiguration": {}}, [SMS, SOFTWARE_TOKEN, EMAIL]),
        ({}, {"WebAuthnConfiguration": {"FactorConfiguration": "MULTI_FACTOR_WITH_USER_VERIFICATION"}}, []),
    ],
)
def test_a_pool_has_the_second_factors_that_are_configured(
    settings: dict[str, Any], further: dict[str, Any], expected: list[str]
) -> None:
    pool = Pool("us-east-1_a", "us-east-1", "pool", settings, 0.0, 0.0, further=further)
    assert mfa_methods.of_pool(pool) == expected


@pytest.mark.parametrize(
    ("choice", "shown"),
    [
        (Choice([], None), {}),
        (Choice([SMS], None), {"UserMFASettingList": [SMS]}),
        (Choice([SMS, PASSKEY], SMS), {"UserMFASettingList": [SMS, PASSKEY], "PreferredMfaSetting": SMS}),
    ],
)
def test_of_a_choice_is_shown_what_there_is(choice: Choice, shown: dict[str, Any]) -> None:
    assert choice.shown == shown
