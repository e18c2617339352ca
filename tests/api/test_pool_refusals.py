"""User pools that cannot be."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import Api, Refused


@pytest.mark.parametrize(
    ("members", "code", "message"),
    [
        (
            {"AliasAttributes": ["email"], "UsernameAttributes": ["email"]},
            "InvalidParameterException",
            "Only one of the aliasAttributes or usernameAttributes can be set in a user pool.",
        ),
        (
            {"MfaConfiguration": "ON"},
            "InvalidParameterException",
            "SMS configuration and Auto verification for phone_number are required when MFA is required/optional",
        ),
        (
            {
                "AdminCreateUserConfig": {"UnusedAccountValidityDays": 7},
                "Policies": {"PasswordPolicy": {"TemporaryPasswordValidityDays": 7}},
            },
            "InvalidParameterException",
            "Please use TemporaryPasswordValidityDays in PasswordPolicy instead of UnusedAccountValidityDays",
        ),
        (
            {"Schema": [{"Name": "plan", "AttributeDataType": "String", "Required": True}]},
            "InvalidParameterException",
            "Required custom attributes are not supported currently.",
        ),
        (
            {"Schema": [{"Name": "email", "AttributeDataType": "Number"}]},
            "InvalidParameterException",
            "You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute email",
        ),
        (
            {
                "Schema": [
                    {
                        "Name": "n",
                        "AttributeDataType": "String",
                        "StringAttributeConstraints": {"MinLength": "9", "MaxLength": "3"},
                    }
                ]
            },
            "InvalidParameterException",
            "user.custom:n: Max length cannot be less than min length.",
        ),
        (
            {
                "Schema": [
                    {"Name": "n", "AttributeDataType": "Number", "NumberAttributeConstraints": {"MinValue": "many"}}
                ]
            },
            "InvalidParameterException",
            "Invalid NumberAttributeConstraints for schema attribute custom:n",
        ),
        (
            {
                "Schema": [
                    {"Name": "n", "AttributeDataType": "String", "StringAttributeConstraints": {"MaxLength": "2049"}}
                ]
            },
            "InvalidParameterException",
            "user.custom:n: String attributes cannot have a length of more than 2048",
        ),
        (
            {"UserPoolTier": "LITE", "Policies": {"PasswordPolicy": {"MinimumLength": 8, "PasswordHistorySize": 3}}},
            "FeatureUnavailableInTierException",
            "Password history is not available in the LITE tier.",
        ),
        (
            {"UserPoolTier": "ESSENTIALS", "UserPoolAddOns": {"AdvancedSecurityMode": "ENFORCED"}},
            "FeatureUnavailableInTierException",
            "AdvancedSecurityMode is not available in the tier of this user pool.",
        ),
        (
            {"Policies": {"PasswordPolicy": {"MinimumLength": 5}}},
            "InvalidParameterException",
            "1 validation error detected: Value '5' at 'policies.passwordPolicy.minimumLength' failed to satisfy "
            "constraint: Member must have value greater than or equal to 6",
        ),
    ],
)
def test_a_pool_that_cannot_be_is_refused(api: Api, members: dict[str, Any], code: str, message: str) -> None:
    with pytest.raises(Refused) as refused:
        api.idp("CreateUserPool", PoolName="app", **members)
    assert (refused.value.code, refused.value.message) == (code, message)
    assert api.idp("ListUserPools", MaxResults=60)["UserPools"] == []
