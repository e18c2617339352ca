"""The document of a user pool: defaults, mirrors, what an update keeps."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from functools import partial
from typing import Any

import pytest

from emulator.domain.pools import pool_settings
from emulator.faults import InvalidParameterException
from tests.api.pool_documents import DEFAULT_POOL, DEFAULT_SCHEMA

REGION = "eu-west-1"
ARN = "arn:aws:lambda:us-east-1:000000000000:function:f"
SMS = {"SnsCallerArn": "arn:aws:iam::000000000000:role/sms"}
DEFAULT = DEFAULT_POOL | {"SchemaAttributes": DEFAULT_SCHEMA}


def created(**request: Any) -> dict[str, Any]:
    return pool_settings.created(request, REGION)


def updated(old: dict[str, Any], **request: Any) -> dict[str, Any]:
    return pool_settings.updated(old, request, REGION)


def password_policy(settings: dict[str, Any]) -> dict[str, Any]:
    return dict(settings["Policies"]["PasswordPolicy"])


def test_a_pool_of_which_nothing_is_said_is_the_default() -> None:
    assert created(PoolName="a") == DEFAULT


@pytest.mark.parametrize(
    "request_",
    [
        {"AliasAttributes": [], "UsernameAttributes": [], "AutoVerifiedAttributes": [], "Schema": []},
        {"Policies": {}, "LambdaConfig": {}, "EmailConfiguration": {}, "UserPoolTags": {}, "AcrConfiguration": {}},
        {"AdminCreateUserConfig": {}, "VerificationMessageTemplate": {}},
        {"Policies": {"PasswordPolicy": DEFAULT["Policies"]["PasswordPolicy"]}},
        {"AdminCreateUserConfig": {"UnusedAccountValidityDays": 0}},
    ],
)
def test_what_is_empty_or_as_by_default_changes_nothing(request_: dict[str, Any]) -> None:
    assert created(**request_) == DEFAULT


def test_documents_share_nothing_that_could_be_changed() -> None:
    request = {"LambdaConfig": {"PreTokenGeneration": ARN}, "SmsConfiguration": dict(SMS)}
    before = deepcopy(request)
    settings = created(**request)
    settings["AccountRecoverySetting"]["RecoveryMechanisms"].clear()
    settings["KeyConfiguration"].clear()
    assert request == before
    assert created() == DEFAULT


def test_an_update_of_nothing_is_the_default_again() -> None:
    old = created(
        Policies={
            "PasswordPolicy": {"MinimumLength": 10},
            "SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]},
        },
        DeletionProtection="ACTIVE",
        LambdaConfig={"PreSignUp": ARN},
        AutoVerifiedAttributes=["email"],
        SmsVerificationMessage="Old {####}",
        EmailVerificationMessage="Old {####}",
        EmailVerificationSubject="Old",
        SmsAuthenticationMessage="Old {####}",
        MfaConfiguration="OPTIONAL",
        UserAttributeUpdateSettings={"AttributesRequireVerificationBeforeUpdate": ["email"]},
        DeviceConfiguration={"ChallengeRequiredOnNewDevice": True},
        EmailConfiguration={"EmailSendingAccount": "DEVELOPER", "SourceArn": "arn:aws:ses:eu-west-1:1:identity/a@b.c"},
        SmsConfiguration=SMS,
        AdminCreateUserConfig={"AllowAdminCreateUserOnly": True},
        AccountRecoverySetting={"RecoveryMechanisms": [{"Name": "admin_only", "Priority": 1}]},
        KeyConfiguration={"KeyType": "CUSTOMER_MANAGED_KEY", "KmsKeyArn": ARN},
        IssuerConfiguration={"Type": "UPDATED"},
        AcrConfiguration={"Level1": {"AcrValue": "low"}},
    )
    assert updated(old) == DEFAULT


def test_an_update_keeps_what_is_for_good_and_the_tags_only_where_they_are_given() -> None:
    kept = {
        "AliasAttributes": ["email"],
        "UsernameConfiguration": {"CaseSensitive": False},
        "DcrConfiguration": {"EnableStatus": "Enabled"},
        "UserPoolTier": "PLUS",
        "UserPoolTags": {"a": "1"},
    }
    old = created(**kept, Schema=[{"Name": "plan", "AttributeDataType": "String"}])
    after = updated(old, PoolName="other")
    assert after == DEFAULT | kept | {"UserPoolTags": {}, "SchemaAttributes": old["SchemaAttributes"]}
    assert updated(old, UserPoolTags={"b": "2"})["UserPoolTags"] == {"b": "2"}
    assert updated(old, UserPoolTags={})["UserPoolTags"] == {}


@pytest.mark.parametrize(
    ("policy", "legacy", "days"),
    [
        (None, None, 7),
        (None, 0, 7),
        (0, None, 7),
        (9, None, 9),
        (9, 0, 9),
    ],
)
def test_the_days_of_a_temporary_password_are_told_twice(policy: int | None, legacy: int | None, days: int) -> None:
    request: dict[str, Any] = {}
    if policy is not None:
        request["Policies"] = {"PasswordPolicy": {"TemporaryPasswordValidityDays": policy}}
    if legacy is not None:
        request["AdminCreateUserConfig"] = {"UnusedAccountValidityDays": legacy}
    settings = created(**request)
    assert password_policy(settings)["TemporaryPasswordValidityDays"] == days
    assert settings["AdminCreateUserConfig"] == {"AllowAdminCreateUserOnly": False, "UnusedAccountValidityDays": days}


@pytest.mark.parametrize(
    "policies", [{}, {"Policies": {"PasswordPolicy": {"TemporaryPasswordValidityDays": 5}}}], ids=["alone", "beside"]
)
@pytest.mark.parametrize("make", [created, partial(updated, DEFAULT)], ids=["created", "updated"])
def test_the_legacy_days_are_refused(make: Callable[..., Any], policies: dict[str, Any]) -> None:
    with pytest.raises(InvalidParameterException) as refused:
        make(**policies, AdminCreateUserConfig={"UnusedAccountValidityDays": 5})
    assert refused.value.message == (
        "Please use TemporaryPasswordValidityDays in PasswordPolicy instead of UnusedAccountValidityDays"
    )


def test_a_password_policy_that_is_given_decides_alone() -> None:
    settings = created(Policies={"PasswordPolicy": {"RequireNumbers": True, "PasswordHistorySize": 3}})
    assert password_policy(settings) == {
        "MinimumLength": 8,
        "RequireUppercase": False,
        "RequireLowercase": False,
        "RequireNumbers": True,
        "RequireSymbols": False,
        "PasswordHistorySize": 3,
        "TemporaryPasswordValidityDays": 7,
    }
    assert settings["Policies"]["SignInPolicy"] == {"AllowedFirstAuthFactors": ["PASSWORD"]}


def test_a_sign_in_policy_leaves_the_password_policy_as_it_is_by_default() -> None:
    factors = {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]}
    settings = created(Policies={"SignInPolicy": factors})
    assert settings["Policies"] == DEFAULT["Policies"] | {"SignInPolicy": factors}


@pytest.mark.parametrize(
    ("legacy", "twin", "text"),
    [
        ("EmailVerificationMessage", "EmailMessage", "Mail {####}"),
        ("EmailVerificationSubject", "EmailSubject", "Subject"),
        ("SmsVerificationMessage", "SmsMessage", "Text {####}"),
    ],
)
def test_a_legacy_text_and_its_twin_say_the_same(legacy: str, twin: str, text: str) -> None:
    expected = DEFAULT | {
        legacy: text,
        "VerificationMessageTemplate": {"DefaultEmailOption": "CONFIRM_WITH_CODE", twin: text},
    }
    assert created(**{legacy: text}) == expected
    assert created(VerificationMessageTemplate={twin: text}) == expected
    both = {legacy: "Other {####}", "VerificationMessageTemplate": {twin: text}}
    assert created(**both) == expected


def test_the_texts_for_links_have_no_legacy_twins() -> None:
    template = {
        "DefaultEmailOption": "CONFIRM_WITH_LINK",
        "EmailMessageByLink": "{##here##}",
        "EmailSubjectByLink": "S",
    }
    assert created(VerificationMessageTemplate=template) == DEFAULT | {"VerificationMessageTemplate": template}


def test_the_token_trigger_has_two_names() -> None:
    old = {"PreTokenGeneration": ARN}
    new = {"PreTokenGenerationConfig": {"LambdaVersion": "V1_0", "LambdaArn": ARN}}
    for triggers in (old, new, old | new):
        assert created(LambdaConfig=triggers)["LambdaConfig"] == old | new
    with pytest.raises(InvalidParameterException) as refused:
        created(LambdaConfig=new | {"PreTokenGeneration": ARN + "2"})
    assert refused.value.message == (
        "Cannot use PreTokenGenerationLambda and PreTokenGeneration with different Lambda function ARN's"
    )


def test_text_messages_leave_from_the_pools_region_unless_told() -> None:
    assert created(SmsConfiguration=SMS)["SmsConfiguration"] == SMS | {"SnsRegion": REGION}
    told = SMS | {"SnsRegion": "us-east-1"}
    assert created(SmsConfiguration=told)["SmsConfiguration"] == told
    other = {"EumsSms": {"CallerArn": SMS["SnsCallerArn"]}}
    assert created(SmsConfiguration=other)["SmsConfiguration"] == other


def test_levels_that_have_no_name_keep_theirs() -> None:
    levels = created(AcrConfiguration={"Level2": {"AcrValue": "two"}})["AcrConfiguration"]
    assert levels == DEFAULT["AcrConfiguration"] | {"Level2": {"AcrValue": "two"}}


def test_threat_protection_makes_the_tier_plus_unless_one_is_named() -> None:
    add_ons = {"AdvancedSecurityMode": "AUDIT"}
    assert created(UserPoolAddOns=add_ons)["UserPoolTier"] == "PLUS"
    protected = updated(created(), UserPoolAddOns=add_ons)
    assert protected["UserPoolTier"] == "PLUS"
    after = updated(protected)
    assert after["UserPoolTier"] == "PLUS"
    assert "UserPoolAddOns" not in after
    assert created(UserPoolAddOns={"AdvancedSecurityMode": "OFF"})["UserPoolTier"] == "ESSENTIALS"


def test_a_protected_pool_is_not_deleted() -> None:
    pool_settings.check_deletable(created())
    with pytest.raises(InvalidParameterException, match="deletion protection is activated"):
        pool_settings.check_deletable(created(DeletionProtection="ACTIVE"))
