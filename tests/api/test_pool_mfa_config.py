"""SetUserPoolMfaConfig and GetUserPoolMfaConfig: what a pool keeps, and what cannot be."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.second_factors import EMAIL, OWN_SENDER, SMS, SNS, TOTP, configure
from tests.api.signing_in import refusal
from tests.builders import Api, a_pool

ALL_OFF = (
    "InvalidParameterException: Invalid MFA configuration given, can't disable all MFAs with a required or optional "
    "configuration."
)
NONE_ON = (
    "InvalidParameterException: Invalid MFA Configuration given. SMS MFA, Email MFA, or Software Token MFA must be "
    "enabled."
)
OFF_AND_ON = (
    "InvalidParameterException: Invalid MFA configuration given, can't turn off MFA and configure an MFA together."
)
PASSWORDLESS = "Only PASSWORD and WEB_AUTHN (if configured) can be enabled as an auth factor if MFA is enabled"
SINGLE = (
    "Cannot set WebAuthn factor configuration to SINGLE_FACTOR if MFA is required and WebAuthn is an allowed first "
    "auth factor"
)
TIER = "FeatureUnavailableInTierException: The following feature"
BOTH = {"RelyingPartyId": "localhost", "FactorConfiguration": "MULTI_FACTOR_WITH_USER_VERIFICATION"}
PASSKEYS: dict[str, Any] = {"WebAuthnConfiguration": BOTH}


def shown(api: Api, pool: str) -> dict[str, Any]:
    """GetUserPoolMfaConfig."""
    return api.idp("GetUserPoolMfaConfig", UserPoolId=pool)


def test_a_new_pool_has_no_second_factor(api: Api) -> None:
    assert shown(api, a_pool(api)) == {"MfaConfiguration": "OFF"}


def test_a_pool_that_sends_texts_has_them_for_second_factor(api: Api) -> None:
    pool = a_pool(api, MfaConfiguration="ON", SmsConfiguration=SNS, SmsAuthenticationMessage="It is {####}")
    sms = {"SmsConfiguration": SNS, "SmsAuthenticationMessage": "It is {####}"}
    assert shown(api, pool) == {"MfaConfiguration": "ON", "SmsMfaConfiguration": sms}


def test_everything_that_is_set_is_answered_and_shown(api: Api) -> None:
    pool = a_pool(api, **OWN_SENDER)
    sms = {"SmsConfiguration": SNS, "SmsAuthenticationMessage": "It is {####}"}
    everything = {
        "SmsMfaConfiguration": sms,
        "SoftwareTokenMfaConfiguration": {"Enabled": True},
        "EmailMfaConfiguration": {"Message": "{####} 💌", "Subject": "Hello"},
        "WebAuthnConfiguration": {"RelyingPartyId": "example.com", "UserVerification": "required"},
        "MfaConfiguration": "OPTIONAL",
    }
    assert api.idp("SetUserPoolMfaConfig", UserPoolId=pool, **everything) == everything
    assert shown(api, pool) == everything
    described = api.idp("DescribeUserPool", UserPoolId=pool)["UserPool"]
    assert described["MfaConfiguration"] == "OPTIONAL"
    assert (described["SmsConfiguration"], described["SmsAuthenticationMessage"]) == (SNS, "It is {####}")
    assert {"SoftwareTokenMfaConfiguration", "EmailMfaConfiguration", "WebAuthnConfiguration"}.isdisjoint(described)


def test_what_is_left_out_is_switched_off(api: Api) -> None:
    pool = a_pool(api, **OWN_SENDER)
    configure(api, pool, "ON", SMS, TOTP, EMAIL, PASSKEYS)
    assert configure(api, pool, "OPTIONAL", TOTP) == {"MfaConfiguration": "OPTIONAL", **TOTP}
    assert configure(api, pool, "OFF") == shown(api, pool) == {"MfaConfiguration": "OFF"}
    assert api.idp("DescribeUserPool", UserPoolId=pool)["UserPool"]["SmsConfiguration"] == SNS
    assert configure(api, pool, "ON", {"SmsMfaConfiguration": {}})["SmsMfaConfiguration"] == {"SmsConfiguration": SNS}


def test_passkeys_may_be_configured_alone(api: Api) -> None:
    pool = a_pool(api)
    told = api.idp("SetUserPoolMfaConfig", UserPoolId=pool, WebAuthnConfiguration={"RelyingPartyId": "localhost"})
    assert told == {
        "MfaConfiguration": "OFF",
        "WebAuthnConfiguration": {"RelyingPartyId": "localhost", "UserVerification": "preferred"},
    }


def test_aws_fills_in_the_region_that_texts_are_sent_from(api: Api) -> None:
    role = {"SnsCallerArn": SNS["SnsCallerArn"]}
    told = configure(api, a_pool(api), "ON", {"SmsMfaConfiguration": {"SmsConfiguration": role}})
    assert told["SmsMfaConfiguration"]["SmsConfiguration"] == {**role, "SnsRegion": "us-east-1"}


@pytest.mark.parametrize("mode", ["ON", "OPTIONAL"])
@pytest.mark.parametrize(
    ("methods", "told"),
    [({}, ALL_OFF), ({"SoftwareTokenMfaConfiguration": {"Enabled": False}}, ALL_OFF), (PASSKEYS, NONE_ON)],
)
def test_mfa_needs_a_method(api: Api, mode: str, methods: dict[str, Any], told: str) -> None:
    pool = a_pool(api)
    assert refusal(lambda: configure(api, pool, mode, methods)) == told
    assert shown(api, pool) == {"MfaConfiguration": "OFF"}


@pytest.mark.parametrize("methods", [SMS, TOTP, EMAIL])
def test_a_method_needs_mfa(api: Api, methods: dict[str, Any]) -> None:
    pool = a_pool(api, **OWN_SENDER)
    configure(api, pool, "ON", TOTP)
    assert refusal(lambda: configure(api, pool, "OFF", methods)) == OFF_AND_ON
    assert refusal(lambda: api.idp("SetUserPoolMfaConfig", UserPoolId=pool, **methods)) == OFF_AND_ON
    assert shown(api, pool) == {"MfaConfiguration": "ON", **TOTP}


def test_a_request_that_says_nothing_of_mfa_switches_it_off(api: Api) -> None:
    pool = a_pool(api)
    configure(api, pool, "ON", TOTP)
    assert api.idp("SetUserPoolMfaConfig", UserPoolId=pool) == {"MfaConfiguration": "OFF"}


@pytest.mark.parametrize(
    ("sms", "told"),
    [
        ({}, "SmsConfiguration is required to use SMS MFA."),
        ({"SmsConfiguration": {"ExternalId": "x"}}, "SmsConfiguration is required to use SMS MFA."),
        (
            {"SmsConfiguration": {**SNS, "EumsSms": {"CallerArn": SNS["SnsCallerArn"]}}},
            "SmsConfiguration cannot have both SnsCallerArn and EumsSms.",
        ),
    ],
)
def test_texts_need_somebody_who_sends_them(api: Api, sms: dict[str, Any], told: str) -> None:
    pool = a_pool(api)
    told = f"InvalidParameterException: {told}"
    assert refusal(lambda: configure(api, pool, "ON", {"SmsMfaConfiguration": sms})) == told


def test_mfa_by_email_needs_the_pools_own_sender(api: Api) -> None:
    told = refusal(lambda: configure(api, a_pool(api), "ON", EMAIL))
    assert told == (
        "InvalidParameterException: Cannot set EmailMfaConfiguration when user pool EmailConfiguration contains an "
        "EmailSendingAccount of COGNITO_DEFAULT.Update the value of EmailSendingAccount"
    )


def test_mfa_by_email_needs_another_way_to_recover_an_account(api: Api) -> None:
    by_email = {"RecoveryMechanisms": [{"Priority": 1, "Name": "verified_email"}]}
    pool = a_pool(api, **OWN_SENDER, AccountRecoverySetting=by_email)
    told = refusal(lambda: configure(api, pool, "ON", EMAIL))
    assert told == "InvalidParameterException: Email MFA cannot be used where accounts are recovered by email alone."


@pytest.mark.parametrize(("methods", "feature"), [(EMAIL, "Email MFA"), (PASSKEYS, "Passkey MFA")])
def test_the_lite_tier_lacks_them(api: Api, methods: dict[str, Any], feature: str) -> None:
    lite = a_pool(api, **OWN_SENDER, UserPoolTier="LITE")
    told = refusal(lambda: configure(api, lite, "ON", TOTP, methods))
    assert told == f"{TIER} is not available for the LITE pricing tier configured: {feature}"
    pool = a_pool(api, **OWN_SENDER)
    configure(api, pool, "ON", TOTP, methods)
    told = refusal(lambda: api.idp("UpdateUserPool", UserPoolId=pool, **OWN_SENDER, UserPoolTier="LITE"))
    assert told == f"{TIER}s need to be disabled for the LITE pricing tier configured: {feature}"
    configure(api, pool, "OFF")
    api.idp("UpdateUserPool", UserPoolId=pool, UserPoolTier="LITE")
    assert configure(api, pool, "OPTIONAL", TOTP)["SoftwareTokenMfaConfiguration"] == {"Enabled": True}


@pytest.mark.parametrize(
    ("factor", "told"), [("EMAIL_OTP", PASSWORDLESS), ("SMS_OTP", PASSWORDLESS), ("WEB_AUTHN", SINGLE)]
)
def test_mfa_cannot_be_required_where_one_signs_in_without_a_password(api: Api, factor: str, told: str) -> None:
    words = f"InvalidParameterException: {told}"
    policies = {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", factor]}}
    required = {"MfaConfiguration": "ON", "SmsConfiguration": SNS, "Policies": policies}
    assert refusal(lambda: a_pool(api, **required)) == words
    pool = a_pool(api, Policies=policies)
    assert refusal(lambda: api.idp("UpdateUserPool", UserPoolId=pool, **required)) == words
    assert refusal(lambda: configure(api, pool, "ON", TOTP)) == words
    assert configure(api, pool, "OPTIONAL", TOTP)["MfaConfiguration"] == "OPTIONAL"


def test_passkeys_that_are_two_factors_may_stand_beside_required_mfa(api: Api) -> None:
    policies = {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"]}}
    pool = a_pool(api, Policies=policies)
    assert configure(api, pool, "ON", TOTP, PASSKEYS)["MfaConfiguration"] == "ON"


def test_an_update_without_mfa_switches_it_off_and_keeps_the_methods(api: Api) -> None:
    pool = a_pool(api, **OWN_SENDER)
    configure(api, pool, "ON", SMS, TOTP)
    api.idp("UpdateUserPool", UserPoolId=pool)
    assert shown(api, pool) == {"MfaConfiguration": "OFF", **TOTP}
    api.idp("UpdateUserPool", UserPoolId=pool, MfaConfiguration="ON", SmsConfiguration=SNS)
    assert shown(api, pool) == {"MfaConfiguration": "ON", "SmsMfaConfiguration": {"SmsConfiguration": SNS}, **TOTP}


def test_an_update_may_leave_mfa_on_without_texts_where_there_is_another_factor(api: Api) -> None:
    pool = a_pool(api)
    told = refusal(lambda: api.idp("UpdateUserPool", UserPoolId=pool, MfaConfiguration="ON"))
    assert told == (
        "InvalidParameterException: SMS configuration and Auto verification for phone_number are required when MFA is "
        "required/optional"
    )
    configure(api, pool, "ON", TOTP)
    api.idp("UpdateUserPool", UserPoolId=pool, MfaConfiguration="ON")
    assert shown(api, pool) == {"MfaConfiguration": "ON", **TOTP}


def test_an_update_that_turns_mfa_on_brings_texts_back(api: Api) -> None:
    pool = a_pool(api, SmsConfiguration=SNS)
    configure(api, pool, "OPTIONAL", TOTP)
    api.idp("UpdateUserPool", UserPoolId=pool, SmsConfiguration=SNS)
    assert shown(api, pool) == {"MfaConfiguration": "OFF", **TOTP}
    api.idp("UpdateUserPool", UserPoolId=pool, SmsConfiguration=SNS, MfaConfiguration="OPTIONAL")
    assert shown(api, pool)["SmsMfaConfiguration"] == {"SmsConfiguration": SNS}


@pytest.mark.parametrize("operation", ["GetUserPoolMfaConfig", "SetUserPoolMfaConfig"])
def test_a_pool_that_does_not_exist_is_refused(api: Api, operation: str) -> None:
    told = refusal(lambda: api.idp(operation, UserPoolId="us-east-1_none"))
    assert told == "ResourceNotFoundException: User pool us-east-1_none does not exist."
