"""Configurations that AWS refuses, in the words that it was seen to use: one table for pools, one for app clients."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.domain.accounts import usernames
from emulator.domain.pools import client_settings, pool_settings, schema
from emulator.faults import Fault, InvalidParameterException

REGION = "us-east-1"
ARN = "arn:aws:lambda:us-east-1:000000000000:function:f"
OTHER = ARN + "2"
INVALID, FLOW, TIER = "InvalidParameterException", "InvalidOAuthFlowException", "FeatureUnavailableInTierException"
LITE = "The following features need to be disabled for the LITE pricing tier configured: "

ALONE = client_settings.References()


def pool(**members: Any) -> dict[str, Any]:
    return pool_settings.created({"PoolName": "app", **members}, REGION)


def client(**members: Any) -> dict[str, Any]:
    return client_settings.created({"ClientName": "web", **members}, pool(), "us-east-1_abc", ALONE)


def recovery(*mechanisms: tuple[int, str]) -> dict[str, Any]:
    return {"RecoveryMechanisms": [{"Priority": priority, "Name": name} for priority, name in mechanisms]}


def factors(*names: str) -> dict[str, Any]:
    return {"SignInPolicy": {"AllowedFirstAuthFactors": list(names)}}


def number(low: str, high: str) -> dict[str, Any]:
    limits = {"MinValue": low, "MaxValue": high}
    return {"Name": "n", "AttributeDataType": "Number", "NumberAttributeConstraints": limits}


def text(low: str, high: str) -> dict[str, Any]:
    limits = {"MinLength": low, "MaxLength": high}
    return {"Name": "n", "AttributeDataType": "String", "StringAttributeConstraints": limits}


@pytest.mark.parametrize(
    ("members", "code", "message"),
    [
        (
            {"AliasAttributes": ["email"], "UsernameAttributes": ["email"]},
            INVALID,
            "Only one of the aliasAttributes or usernameAttributes can be set in a User pool.",
        ),
        (
            {"MfaConfiguration": "OPTIONAL"},
            INVALID,
            "SMS configuration and Auto verification for phone_number are required when MFA is required/optional",
        ),
        (
            {"EmailConfiguration": {"EmailSendingAccount": "DEVELOPER"}},
            INVALID,
            "Source ARN is required to use DEVELOPER email sending owner",
        ),
        (
            {"LambdaConfig": {"CustomSMSSender": {"LambdaVersion": "V1_0", "LambdaArn": ARN}}},
            INVALID,
            "KMSKeyId parameter is required when Custom SMS/Email Lambda trigger is used.",
        ),
        (
            {
                "LambdaConfig": {
                    "PreTokenGeneration": ARN,
                    "PreTokenGenerationConfig": {"LambdaVersion": "V2_0", "LambdaArn": OTHER},
                }
            },
            INVALID,
            "Cannot use PreTokenGenerationLambda and PreTokenGeneration with different Lambda function ARN's",
        ),
        (
            {"AccountRecoverySetting": recovery((1, "admin_only"), (2, "verified_email"))},
            INVALID,
            "Account Recovery Setting cannot use admin_only setting with any other recovery mechanisms.",
        ),
        (
            {"AccountRecoverySetting": recovery((1, "verified_email"), (2, "verified_email"))},
            INVALID,
            "Account Recovery Setting cannot have duplicate priorities or recovery mechanisms.",
        ),
        (
            {"AccountRecoverySetting": recovery((1, "verified_email"), (1, "verified_phone_number"))},
            INVALID,
            "Account Recovery Setting cannot have duplicate priorities or recovery mechanisms.",
        ),
        (
            {"UserAttributeUpdateSettings": {"AttributesRequireVerificationBeforeUpdate": ["email"]}},
            INVALID,
            "All attributes in AttributesRequireVerificationBeforeUpdate must exist in AutoVerifiedAttributes",
        ),
        (
            {"Policies": factors("EMAIL_OTP")},
            INVALID,
            "Password should be configured as one of the allowed first auth factors.",
        ),
        (
            {
                "AdminCreateUserConfig": {"UnusedAccountValidityDays": 3},
                "Policies": {"PasswordPolicy": {"TemporaryPasswordValidityDays": 3}},
            },
            INVALID,
            "Please use TemporaryPasswordValidityDays in PasswordPolicy instead of UnusedAccountValidityDays",
        ),
        (
            {"Schema": [{"Name": "a", "AttributeDataType": "String"}] * 2},
            INVALID,
            "Duplicate custom attribute names custom:a are not allowed in a user pool schema.",
        ),
        (
            {"Schema": [{"Name": "a", "AttributeDataType": "String", "Required": True}]},
            INVALID,
            "Required custom attributes are not supported currently.",
        ),
        (
            {"Schema": [number("2", "1")]},
            INVALID,
            "Attribute custom:n cannot have a max value smaller than it's min value",
        ),
        (
            {"Schema": [text("2", "1")]},
            INVALID,
            "Attribute custom:n cannot have a max length shorter than it's min length",
        ),
        (
            {"Schema": [{"Name": "email", "AttributeDataType": "Number"}]},
            INVALID,
            "You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute email",
        ),
        ({"UserPoolTier": "LITE", "Policies": factors("PASSWORD", "EMAIL_OTP")}, TIER, LITE + "Passwordless Sign-In"),
        (
            {
                "UserPoolTier": "LITE",
                "LambdaConfig": {"PreTokenGenerationConfig": {"LambdaVersion": "V2_0", "LambdaArn": ARN}},
            },
            TIER,
            LITE + "Token Customization with Pre-Token Generation Lambda V2_0",
        ),
        (
            {"UserPoolTier": "ESSENTIALS", "UserPoolAddOns": {"AdvancedSecurityMode": "AUDIT"}},
            TIER,
            "The following features need to be disabled for the ESSENTIALS pricing tier configured: Threat Protection",
        ),
    ],
)
def test_a_pool_is_refused_in_awss_words(members: dict[str, Any], code: str, message: str) -> None:
    with pytest.raises(Fault) as refused:
        pool(**members)
    assert (refused.value.code, refused.value.message) == (code, message)


CODE = {"AllowedOAuthFlowsUserPoolClient": True, "AllowedOAuthFlows": ["code"], "AllowedOAuthScopes": ["openid"]}
MACHINE = {"AllowedOAuthFlows": ["client_credentials"]}


@pytest.mark.parametrize(
    ("members", "code", "message"),
    [
        (
            {"ExplicitAuthFlows": ["ADMIN_NO_SRP_AUTH", "ALLOW_USER_SRP_AUTH"]},
            INVALID,
            "Auth flow name with prefix 'ALLOW' cannot be used with legacy auth flow names.",
        ),
        (
            {"ExplicitAuthFlows": ["ALLOW_REFRESH_TOKEN_AUTH"], "RefreshTokenRotation": {"Feature": "ENABLED"}},
            INVALID,
            "ALLOW_REFRESH_TOKEN_AUTH is not a permitted ExplicitAuthFlow when refresh token rotation is enabled.",
        ),
        ({"AccessTokenValidity": 25}, INVALID, "Invalid range for token validity."),
        (
            {"IdTokenValidity": 2, "RefreshTokenValidity": 1, "TokenValidityUnits": {"RefreshToken": "hours"}},
            INVALID,
            "Access and Id Token expiration times must be less than or equal to refresh token expiration times.",
        ),
        ({"CallbackURLs": ["https://a.b/#c"]}, INVALID, "https://a.b/#c cannot use fragment"),
        ({"CallbackURLs": ["http://a.b/"]}, INVALID, "http://a.b/ cannot use the HTTP protocol."),
        ({"LogoutURLs": ["http://a.b/"]}, INVALID, "http://a.b/ cannot use the HTTP protocol."),
        (
            {"CallbackURLs": ["https://a.b/"], "DefaultRedirectURI": "https://a.b/c"},
            INVALID,
            "The default redirect URI https://a.b/c is not in the callback URIs list.",
        ),
        (
            {"EnablePropagateAdditionalUserContextData": True},
            INVALID,
            "Client Secret is required to set EnablePropagateAdditionalUserContextData as true",
        ),
        (MACHINE, FLOW, "client_credentials flow can not be selected if client does not have a client secret."),
        (
            {**MACHINE, "GenerateSecret": True, "AllowedOAuthScopes": ["openid"]},
            FLOW,
            "openid is not supported with client_credentials flow",
        ),
        (
            {"AllowedOAuthFlows": ["client_credentials", "code"], "GenerateSecret": True},
            FLOW,
            "client_credentials flow can not be selected along with code flow or implicit flow.",
        ),
        (CODE, FLOW, "CallbackUrls can not be empty when code flow or implicit flow is selected"),
        (
            {"AllowedOAuthFlowsUserPoolClient": True},
            INVALID,
            "AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed to use OAuth flows.",
        ),
        ({"AllowedOAuthScopes": ["Cognito"]}, "ScopeDoesNotExistException", "Invalid scope requested: Cognito"),
        (
            {"SupportedIdentityProviders": ["Google"]},
            INVALID,
            "The provider Google does not exist for User Pool us-east-1_abc",
        ),
        ({"WriteAttributes": ["sub"]}, INVALID, "Invalid write attributes specified while creating a client"),
        ({"ReadAttributes": ["custom:none"]}, INVALID, "Invalid read attributes specified while creating a client"),
    ],
)
def test_an_app_client_is_refused_in_awss_words(members: dict[str, Any], code: str, message: str) -> None:
    with pytest.raises(Fault) as refused:
        client(**members)
    assert (refused.value.code, refused.value.message) == (code, message)


@pytest.mark.parametrize(("member", "kind"), [("WriteAttributes", "write"), ("ReadAttributes", "read")])
def test_an_update_of_a_client_is_refused_as_one(member: str, kind: str) -> None:
    with pytest.raises(Fault) as refused:
        client_settings.updated({member: ["custom:none"]}, pool(), "us-east-1_abc", ALONE, has_secret=False)
    assert refused.value.message == f"Invalid {kind} attributes specified while updating a client"


def test_a_client_must_be_able_to_write_what_the_pool_requires() -> None:
    strict = pool(Schema=[{"Name": "email", "AttributeDataType": "String", "Required": True}])
    with pytest.raises(Fault, match="Invalid write attributes specified while creating a client"):
        client_settings.created({"WriteAttributes": ["name"]}, strict, "us-east-1_abc", ALONE)
    assert client_settings.created({"WriteAttributes": ["email"]}, strict, "us-east-1_abc", ALONE)[
        "WriteAttributes"
    ] == ["email"]


def test_oauth_settings_are_kept_while_oauth_is_off() -> None:
    kept = client(AllowedOAuthFlows=["code"], AllowedOAuthScopes=["openid"])
    assert (kept["AllowedOAuthFlows"], kept["AllowedOAuthFlowsUserPoolClient"]) == (["code"], False)


@pytest.mark.parametrize(
    "url", ["http://localhost", "http://127.0.0.1:3000/cb", "http://[::1]:8/", "myapp://cb", "https://a.b"]
)
def test_a_browser_may_be_sent_home_or_to_an_app(url: str) -> None:
    assert client(CallbackURLs=[url])["CallbackURLs"] == [url]


@given(st.text(min_size=1, max_size=60))
def test_any_url_is_kept_or_refused(url: str) -> None:
    with suppress(InvalidParameterException):
        assert client(CallbackURLs=[url])["CallbackURLs"] == [url]


@pytest.mark.parametrize("developer", [False, True])
def test_an_attribute_is_not_added_twice(developer: bool) -> None:
    wanted = [{"Name": "a", "AttributeDataType": "String", "DeveloperOnlyAttribute": developer}]
    extended = schema.extended(schema.standard(), wanted)
    name = "dev:custom:a" if developer else "custom:a"
    assert extended[-1]["Name"] == name
    with pytest.raises(Fault) as refused:
        schema.extended(extended, wanted)
    assert refused.value.message == f"custom:a: Existing attribute already has name {name}."


def test_a_custom_attribute_and_a_developers_may_share_a_name() -> None:
    wanted = {"Name": "a", "AttributeDataType": "String"}
    entries = schema.created([wanted, wanted | {"DeveloperOnlyAttribute": True}])
    assert [entry["Name"] for entry in entries[-2:]] == ["custom:a", "dev:custom:a"]


def test_an_address_given_twice_compares_as_the_pool_compares() -> None:
    by_email = {"UsernameAttributes": ["email"]}
    lenient = by_email | {"UsernameConfiguration": {"CaseSensitive": False}}
    assert usernames.assign(lenient, "Ana@b.c", "s", {"email": "ana@b.c"}) == ("s", {"email": "ana@b.c"})
    with pytest.raises(Fault):
        usernames.assign(by_email, "Ana@b.c", "s", {"email": "ana@b.c"})
