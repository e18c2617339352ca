"""User pools that cannot be, one rule after another."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.domain.pools import pool_settings
from emulator.faults import (
    FeatureUnavailableInTierException,
    InvalidParameterException,
    UserPoolTaggingException,
)

ARN = "arn:aws:lambda:us-east-1:000000000000:function:f"
SMS = {"SnsCallerArn": "arn:aws:iam::000000000000:role/sms"}
MFA = "SMS configuration and Auto verification for phone_number are required when MFA is required/optional"
BEYOND = "The following features need to be disabled for the {} pricing tier configured: {}"
ONLY_LISTED = "All attributes in AttributesRequireVerificationBeforeUpdate must exist in AutoVerifiedAttributes"


def created(**request: Any) -> dict[str, Any]:
    return pool_settings.created(request, "us-east-1")


def recovery(*pairs: tuple[str, int]) -> dict[str, Any]:
    mechanisms = [{"Name": name, "Priority": priority} for name, priority in pairs]
    return {"AccountRecoverySetting": {"RecoveryMechanisms": mechanisms}}


def invitation(**template: str) -> dict[str, Any]:
    return {"AdminCreateUserConfig": {"InviteMessageTemplate": template}}


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        (
            {"AliasAttributes": ["email"], "UsernameAttributes": ["phone_number"]},
            "Only one of the aliasAttributes or usernameAttributes can be set in a User pool.",
        ),
        (
            {"AliasAttributes": ["preferred_username"], "Schema": [{"Name": "preferred_username", "Required": True}]},
            "preferred_username cannot be both required and an alias.",
        ),
        ({"MfaConfiguration": "ON"}, MFA),
        ({"MfaConfiguration": "OPTIONAL"}, MFA),
        ({"MfaConfiguration": "ON", "SmsConfiguration": {}}, MFA),
        ({"MfaConfiguration": "ON", "SmsConfiguration": {"SnsCallerArn": ""}}, MFA),
        (
            {"SmsConfiguration": SMS | {"EumsSms": {"CallerArn": SMS["SnsCallerArn"]}}},
            "SmsConfiguration cannot have both SnsCallerArn and EumsSms.",
        ),
        (
            {"EmailConfiguration": {"EmailSendingAccount": "DEVELOPER"}},
            "Source ARN is required to use DEVELOPER email sending owner",
        ),
        (invitation(EmailMessage="Come, {####}"), "InviteMessageTemplate.EmailMessage must contain {username}."),
        (invitation(EmailMessage="Come, {username}"), "InviteMessageTemplate.EmailMessage must contain {####}."),
        (invitation(SMSMessage="Come, {####}"), "InviteMessageTemplate.SMSMessage must contain {username}."),
        (
            {"LambdaConfig": {"CustomSMSSender": {"LambdaVersion": "V1_0", "LambdaArn": ARN}}},
            "KMSKeyId parameter is required when Custom SMS/Email Lambda trigger is used.",
        ),
        (
            {"LambdaConfig": {"CustomEmailSender": {"LambdaVersion": "V1_0", "LambdaArn": ARN}}},
            "KMSKeyId parameter is required when Custom SMS/Email Lambda trigger is used.",
        ),
        (
            recovery(("admin_only", 1), ("verified_email", 2)),
            "Account Recovery Setting cannot use admin_only setting with any other recovery mechanisms.",
        ),
        (
            recovery(("verified_email", 1), ("verified_email", 2)),
            "Account Recovery Setting cannot have duplicate priorities or recovery mechanisms.",
        ),
        (
            recovery(("verified_email", 1), ("verified_phone_number", 1)),
            "Account Recovery Setting cannot have duplicate priorities or recovery mechanisms.",
        ),
        ({"UserAttributeUpdateSettings": {"AttributesRequireVerificationBeforeUpdate": ["email"]}}, ONLY_LISTED),
        (
            {
                "AutoVerifiedAttributes": ["email"],
                "UserAttributeUpdateSettings": {"AttributesRequireVerificationBeforeUpdate": ["phone_number"]},
            },
            ONLY_LISTED,
        ),
        (
            {"Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "SOFTWARE_TOKEN"]}}},
            "SOFTWARE_TOKEN is not supported in AllowedFirstAuthFactors.",
        ),
        (
            {"AcrConfiguration": {"Level1": {"AcrValue": "urn:cognito:loa:2"}}},
            "The names of the ACR levels must be unique.",
        ),
    ],
)
def test_a_pool_that_cannot_be_is_refused(request_: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidParameterException) as refused:
        created(**request_)
    assert refused.value.message == message


@pytest.mark.parametrize(
    "request_",
    [
        {"MfaConfiguration": "ON", "SmsConfiguration": SMS},
        {"MfaConfiguration": "ON", "SmsConfiguration": {"EumsSms": {"CallerArn": SMS["SnsCallerArn"]}}},
        {"AliasAttributes": ["email", "preferred_username"], "Schema": [{"Name": "email", "Required": True}]},
        invitation(EmailMessage="{username} {####}", EmailSubject="Come"),
        {
            **invitation(SMSMessage="Come, {username}"),
            "Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "SMS_OTP"]}},
        },
        recovery(("admin_only", 1)),
        recovery(("verified_phone_number", 2), ("verified_email", 1)),
        {"AutoVerifiedAttributes": ["phone_number"]},
        {"UserPoolTier": "LITE", "DcrConfiguration": {"EnableStatus": "Disabled"}},
        {"UserPoolTier": "LITE", "LambdaConfig": {"PreTokenGeneration": ARN}},
        {"UserPoolTags": {f"tag{number}": "" for number in range(50)}},
    ],
)
def test_a_pool_that_can_be_is_taken(request_: dict[str, Any]) -> None:
    settings = created(**request_)
    assert pool_settings.updated(settings, {}, "us-east-1")["SchemaAttributes"] == settings["SchemaAttributes"]


@pytest.mark.parametrize("tier", ["LITE", "ESSENTIALS"])
def test_threat_protection_is_of_the_plus_tier(tier: str) -> None:
    with pytest.raises(FeatureUnavailableInTierException) as refused:
        created(UserPoolTier=tier, UserPoolAddOns={"AdvancedSecurityMode": "ENFORCED"})
    assert refused.value.message == BEYOND.format(tier, "Threat Protection")


@pytest.mark.parametrize(
    ("request_", "feature"),
    [
        (
            {"Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"]}}},
            "Passwordless Sign-In",
        ),
        ({"Policies": {"PasswordPolicy": {"PasswordHistorySize": 1}}}, "Password History"),
        (
            {"LambdaConfig": {"PreTokenGenerationConfig": {"LambdaVersion": "V2_0", "LambdaArn": ARN}}},
            "Token Customization with Pre-Token Generation Lambda V2_0",
        ),
        ({"AcrConfiguration": {"Level4": {"AcrValue": "high"}}}, "Custom ACR Levels"),
        ({"DcrConfiguration": {}}, "Dynamic Client Registration"),
    ],
)
def test_the_lite_tier_lacks_what_the_others_have(request_: dict[str, Any], feature: str) -> None:
    created(**request_, UserPoolTier="ESSENTIALS")
    with pytest.raises(FeatureUnavailableInTierException) as refused:
        created(**request_, UserPoolTier="LITE")
    assert refused.value.message == BEYOND.format("LITE", feature)
    with pytest.raises(FeatureUnavailableInTierException):
        pool_settings.updated(created(**request_), {**request_, "UserPoolTier": "LITE"}, "us-east-1")


@pytest.mark.parametrize("tags", [{"aws:x": "1"}, {"AWS:x": "1"}])
def test_tags_of_aws_own_are_refused(tags: dict[str, str]) -> None:
    with pytest.raises(UserPoolTaggingException) as refused:
        created(UserPoolTags=tags)
    assert refused.value.message == "aws: prefixed tag key names are not allowed for external use."


def test_fifty_tags_are_the_most() -> None:
    with pytest.raises(UserPoolTaggingException) as refused:
        created(UserPoolTags={f"tag{number}": "" for number in range(51)})
    assert refused.value.message == "A user pool cannot have more than 50 tags."
