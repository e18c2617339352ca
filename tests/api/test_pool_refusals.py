"""User pools that cannot be."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import Api, Refused, a_pool, refusal

FEATURE = "FeatureUnavailableInTierException"


@pytest.mark.parametrize(
    ("members", "code", "message"),
    [
        (
            {"AliasAttributes": ["email"], "UsernameAttributes": ["email"]},
            "InvalidParameterException",
            "Only one of the aliasAttributes or usernameAttributes can be set in a User pool.",
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
            "Attribute custom:n cannot have a max length shorter than it's min length",
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
            "The following features need to be disabled for the LITE pricing tier configured: Password History",
        ),
        (
            {"UserPoolTier": "ESSENTIALS", "UserPoolAddOns": {"AdvancedSecurityMode": "ENFORCED"}},
            "FeatureUnavailableInTierException",
            "The following features need to be disabled for the ESSENTIALS pricing tier configured: Threat Protection",
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


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"MfaConfiguration": "ON"}, "InvalidParameterException"),
        ({"UserPoolTags": {"aws:a": "b"}}, "UserPoolTaggingException"),
        ({"UserPoolTier": "LITE", "UserPoolAddOns": {"AdvancedSecurityMode": "AUDIT"}}, FEATURE),
        ({"PoolName": ""}, "InvalidParameterException"),
        ({"Policies": {"PasswordPolicy": {"MinimumLength": "8"}}}, "SerializationException"),
    ],
)
def test_an_update_that_is_refused_changes_nothing(api: Api, members: dict[str, Any], code: str) -> None:
    pool = a_pool(api, DeletionProtection="ACTIVE", AutoVerifiedAttributes=["email"])
    before = api.idp("DescribeUserPool", UserPoolId=pool)
    assert refusal(api, "UpdateUserPool", UserPoolId=pool, **members)[0] == code
    assert api.idp("DescribeUserPool", UserPoolId=pool) == before


def test_an_update_has_no_say_in_what_was_decided_for_good(api: Api) -> None:
    pool = a_pool(api)
    before = api.idp("DescribeUserPool", UserPoolId=pool)
    api.idp(
        "UpdateUserPool",
        UserPoolId=pool,
        UsernameAttributes=["email"],
        AliasAttributes=["email"],
        UsernameConfiguration={"CaseSensitive": False},
        Schema=[{"Name": "plan", "AttributeDataType": "String"}],
        SchemaAttributes=[],
        Id="us-east-1_other",
        Arn="x",
        EstimatedNumberOfUsers=9,
    )
    assert api.idp("DescribeUserPool", UserPoolId=pool) == before


@pytest.mark.parametrize(
    ("attributes", "message"),
    [
        (
            [{"Name": "plan", "AttributeDataType": "String"}],
            "custom:plan: Existing attribute already has name custom:plan.",
        ),
        (
            [{"Name": "new", "AttributeDataType": "String"}, {"Name": "new", "AttributeDataType": "String"}],
            "custom:new: Existing attribute already has name custom:new.",
        ),
        (
            [{"Name": "new", "Required": True}],
            "Invalid AttributeDataType input, consider using the provided AttributeDataType enum.",
        ),
        (
            [{"Name": "new", "AttributeDataType": "String"}, {}],
            "Invalid attribute name: a custom attribute needs a name.",
        ),
        (
            [{"Name": "new", "AttributeDataType": "String", "Required": True}],
            "Required custom attributes are not supported currently.",
        ),
        (
            [{"Name": "own", "AttributeDataType": "String", "DeveloperOnlyAttribute": True}],
            "custom:own: Existing attribute already has name dev:custom:own.",
        ),
        (
            [{"Name": "n", "AttributeDataType": "Number", "NumberAttributeConstraints": {"MaxValue": "٥"}}],
            "Invalid NumberAttributeConstraints for schema attribute custom:n",
        ),
        (
            [{"Name": "x" * 21, "AttributeDataType": "String"}],
            f"1 validation error detected: Value '{'x' * 21}' at 'customAttributes.1.member.name' failed to satisfy "
            "constraint: Member must have length less than or equal to 20",
        ),
        (
            [{"Name": "a b", "AttributeDataType": "String"}],
            "1 validation error detected: Value 'a b' at 'customAttributes.1.member.name' failed to satisfy "
            "constraint: Member must satisfy regular expression pattern: [\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+",
        ),
    ],
)
def test_attributes_that_cannot_be_added_are_refused_together(
    api: Api, attributes: list[dict[str, Any]], message: str
) -> None:
    pool = a_pool(
        api,
        Schema=[
            {"Name": "plan", "AttributeDataType": "String"},
            {"Name": "own", "AttributeDataType": "String", "DeveloperOnlyAttribute": True},
        ],
    )
    before = api.idp("DescribeUserPool", UserPoolId=pool)
    refused = refusal(api, "AddCustomAttributes", UserPoolId=pool, CustomAttributes=attributes)
    assert refused == ("InvalidParameterException", message)
    assert api.idp("DescribeUserPool", UserPoolId=pool) == before


@pytest.mark.parametrize("count", [0, 26])
def test_one_to_twenty_five_attributes_are_added_at_once(api: Api, count: int) -> None:
    new = [{"Name": f"n{number}", "AttributeDataType": "String"} for number in range(count)]
    code, message = refusal(api, "AddCustomAttributes", UserPoolId=a_pool(api), CustomAttributes=new)
    assert code == "InvalidParameterException"
    assert "at 'customAttributes' failed to satisfy constraint: Member must have length" in message


@pytest.mark.parametrize("operation", ["DescribeUserPool", "UpdateUserPool", "DeleteUserPool"])
def test_a_pool_that_is_not_there_is_not_found(api: Api, operation: str) -> None:
    assert refusal(api, operation, UserPoolId="us-east-1_none") == (
        "ResourceNotFoundException",
        "User pool us-east-1_none does not exist.",
    )
    assert refusal(
        api,
        "AddCustomAttributes",
        UserPoolId="us-east-1_none",
        CustomAttributes=[{"Name": "a", "AttributeDataType": "String"}],
    ) == (
        "ResourceNotFoundException",
        "User pool us-east-1_none does not exist.",
    )


@pytest.mark.parametrize(
    ("most", "code"),
    [
        (0, "InvalidParameterException"),
        (61, "InvalidParameterException"),
        (None, "InvalidParameterException"),
        ("١٢", "SerializationException"),
        (10**40, "SerializationException"),
        (2**31, "SerializationException"),
    ],
)
def test_a_page_has_one_to_sixty_pools(api: Api, most: Any, code: str) -> None:
    assert refusal(api, "ListUserPools", MaxResults=most)[0] == code


def test_an_empty_page_token_is_none_that_we_gave(api: Api) -> None:
    assert refusal(api, "ListUserPools", MaxResults=1, NextToken="x") == (
        "InvalidParameterException",
        "Invalid pagination token given.",
    )
    code, message = refusal(api, "ListUserPools", MaxResults=1, NextToken="")
    assert code == "InvalidParameterException"
    assert "at 'nextToken' failed to satisfy constraint" in message
