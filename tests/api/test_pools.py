"""User pools: defaults, updates that reset, refusals, regions, pinned ids, pages."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from tests.api.pool_documents import DEFAULT_POOL, DEFAULT_SCHEMA
from tests.builders import Api, Refused, a_client, a_pool, a_user, refusal
from tests.conftest import NOON

ARN = "arn:aws:lambda:us-east-1:000000000000:function:f"
SMS = {"SnsCallerArn": "arn:aws:iam::000000000000:role/sms", "ExternalId": "x"}


def described(api: Api, pool: str) -> dict[str, Any]:
    return dict(api.idp("DescribeUserPool", UserPoolId=pool)["UserPool"])


def test_a_new_pool_has_aws_defaults_in_every_member(api: Api) -> None:
    created = api.idp("CreateUserPool", PoolName="app")["UserPool"]
    pool = created["Id"]
    assert created == {
        "Id": pool,
        "Name": "app",
        "Arn": f"arn:aws:cognito-idp:us-east-1:000000000000:userpool/{pool}",
        "CreationDate": NOON,
        "LastModifiedDate": NOON,
        "EstimatedNumberOfUsers": 0,
        "SchemaAttributes": DEFAULT_SCHEMA,
        **DEFAULT_POOL,
    }
    assert described(api, pool) == created


def test_the_id_of_a_pool_is_its_region_and_nine_letters_and_digits(api: Api) -> None:
    region, _, name = a_pool(api).partition("_")
    assert region == "us-east-1"
    assert len(name) == 9
    assert name.isalnum()


def test_an_update_resets_what_it_leaves_out(api: Api) -> None:
    pool = a_pool(
        api,
        Policies={"PasswordPolicy": {"MinimumLength": 12}},
        AutoVerifiedAttributes=["email"],
        DeletionProtection="ACTIVE",
        EmailVerificationSubject="Hello",
        AdminCreateUserConfig={"AllowAdminCreateUserOnly": True},
    )
    api.world.clock.advance(hours=1)
    assert api.idp("UpdateUserPool", UserPoolId=pool) == {}
    after = described(api, pool)
    assert {name: after[name] for name in DEFAULT_POOL} == DEFAULT_POOL
    assert "AutoVerifiedAttributes" not in after
    assert "EmailVerificationSubject" not in after
    assert after["LastModifiedDate"] == NOON + 3600
    assert after["CreationDate"] == NOON


def test_an_update_keeps_what_was_decided_for_good(api: Api) -> None:
    members = {
        "UsernameAttributes": ["email"],
        "UsernameConfiguration": {"CaseSensitive": False},
        "Schema": [{"Name": "plan", "AttributeDataType": "String"}],
        "UserPoolTags": {"team": "a"},
        "UserPoolTier": "PLUS",
    }
    pool = a_pool(api, **members)
    api.idp("UpdateUserPool", UserPoolId=pool, PoolName="renamed")
    after = described(api, pool)
    for name in ("UsernameAttributes", "UsernameConfiguration", "UserPoolTier"):
        assert after[name] == members[name]
    assert after["UserPoolTags"] == {}
    assert after["Name"] == "renamed"
    assert after["SchemaAttributes"][-1]["Name"] == "custom:plan"


def test_a_described_pool_may_be_sent_back_without_a_change(api: Api) -> None:
    pool = a_pool(
        api,
        Policies={"PasswordPolicy": {"MinimumLength": 10, "RequireSymbols": True}},
        AutoVerifiedAttributes=["email"],
        VerificationMessageTemplate={"EmailSubject": "Code", "EmailMessage": "Here it is: {####}"},
        LambdaConfig={"PreTokenGeneration": ARN},
        UserAttributeUpdateSettings={"AttributesRequireVerificationBeforeUpdate": ["email"]},
        SmsConfiguration=SMS,
        MfaConfiguration="OPTIONAL",
        DeviceConfiguration={"ChallengeRequiredOnNewDevice": True, "DeviceOnlyRememberedOnUserPrompt": False},
    )
    before = described(api, pool)
    told = ("Id", "Name", "Arn", "CreationDate", "LastModifiedDate", "EstimatedNumberOfUsers", "SchemaAttributes")
    sent = deepcopy({name: value for name, value in before.items() if name not in told})
    del sent["AdminCreateUserConfig"]["UnusedAccountValidityDays"]
    api.idp("UpdateUserPool", UserPoolId=pool, **sent)
    assert described(api, pool) == before


def test_legacy_texts_and_the_template_mirror_each_other(api: Api) -> None:
    old = described(api, a_pool(api, EmailVerificationMessage="Old {####}", EmailVerificationSubject="Subject"))
    assert old["VerificationMessageTemplate"] == {
        "DefaultEmailOption": "CONFIRM_WITH_CODE",
        "EmailMessage": "Old {####}",
        "EmailSubject": "Subject",
    }
    new = described(api, a_pool(api, VerificationMessageTemplate={"SmsMessage": "New {####}"}))
    assert new["SmsVerificationMessage"] == "New {####}"


def test_the_two_names_of_the_token_trigger_mirror_each_other(api: Api) -> None:
    old = described(api, a_pool(api, LambdaConfig={"PreTokenGeneration": ARN}))
    assert old["LambdaConfig"]["PreTokenGenerationConfig"] == {"LambdaVersion": "V1_0", "LambdaArn": ARN}
    config = {"LambdaVersion": "V2_0", "LambdaArn": ARN}
    new = described(api, a_pool(api, LambdaConfig={"PreTokenGenerationConfig": config}))
    assert new["LambdaConfig"]["PreTokenGeneration"] == ARN


def test_a_password_policy_that_is_given_decides_alone(api: Api) -> None:
    policy = described(api, a_pool(api, Policies={"PasswordPolicy": {"MinimumLength": 6}}))["Policies"]
    assert policy["PasswordPolicy"] == {
        "MinimumLength": 6,
        "RequireUppercase": False,
        "RequireLowercase": False,
        "RequireNumbers": False,
        "RequireSymbols": False,
        "TemporaryPasswordValidityDays": 7,
    }


def test_text_messages_are_sent_from_the_pools_region_unless_told(api: Api) -> None:
    assert described(api, a_pool(api, SmsConfiguration=SMS))["SmsConfiguration"] == SMS | {"SnsRegion": "us-east-1"}


def test_a_standard_attribute_may_be_required(api: Api) -> None:
    pool = a_pool(api, Schema=[{"Name": "email", "AttributeDataType": "String", "Required": True, "Mutable": False}])
    [email] = [entry for entry in described(api, pool)["SchemaAttributes"] if entry["Name"] == "email"]
    assert email["Required"] is True
    assert email["Mutable"] is False
    assert len(described(api, pool)["SchemaAttributes"]) == 20


def test_custom_attributes_are_added_for_good(api: Api) -> None:
    pool = a_pool(api)
    api.idp(
        "AddCustomAttributes",
        UserPoolId=pool,
        CustomAttributes=[
            {"Name": "plan", "AttributeDataType": "String"},
            {"Name": "level", "AttributeDataType": "Number", "DeveloperOnlyAttribute": True, "Mutable": False},
        ],
    )
    assert described(api, pool)["SchemaAttributes"][20:] == [
        {
            "Name": "custom:plan",
            "AttributeDataType": "String",
            "DeveloperOnlyAttribute": False,
            "Mutable": True,
            "Required": False,
            "StringAttributeConstraints": {},
        },
        {
            "Name": "dev:custom:level",
            "AttributeDataType": "Number",
            "DeveloperOnlyAttribute": True,
            "Mutable": False,
            "Required": False,
            "NumberAttributeConstraints": {},
        },
    ]
    again = [{"Name": "plan", "AttributeDataType": "String"}]
    assert refusal(api, "AddCustomAttributes", UserPoolId=pool, CustomAttributes=again) == (
        "InvalidParameterException",
        "custom:plan: Existing attribute already has name custom:plan.",
    )


def test_a_pool_has_fifty_custom_attributes_at_most(api: Api) -> None:
    pool = a_pool(api)

    def add(first: int, count: int) -> None:
        new = [{"Name": f"n{number}", "AttributeDataType": "String"} for number in range(first, first + count)]
        api.idp("AddCustomAttributes", UserPoolId=pool, CustomAttributes=new)

    add(0, 25)
    add(25, 25)
    with pytest.raises(Refused, match="more than 50 custom attributes"):
        add(50, 1)
    assert len(described(api, pool)["SchemaAttributes"]) == 70


def test_a_protected_pool_is_not_deleted(api: Api) -> None:
    pool = a_pool(api, DeletionProtection="ACTIVE")
    assert refusal(api, "DeleteUserPool", UserPoolId=pool) == (
        "InvalidParameterException",
        "The user pool cannot be deleted because deletion protection is activated. "
        "Deletion protection must be inactivated first.",
    )
    api.idp("UpdateUserPool", UserPoolId=pool)
    assert api.idp("DeleteUserPool", UserPoolId=pool) == {}
    assert refusal(api, "DescribeUserPool", UserPoolId=pool) == (
        "ResourceNotFoundException",
        f"User pool {pool} does not exist.",
    )


def test_a_deleted_pool_takes_its_clients_and_users_along(api: Api) -> None:
    pool = a_pool(api, UserPoolTags={"cognito-emulator:id": "us-east-1_again"})
    client = a_client(api, pool)
    a_user(api, pool, "ana")
    api.idp("DeleteUserPool", UserPoolId=pool)
    again = a_pool(api, UserPoolTags={"cognito-emulator:id": "us-east-1_again"})
    assert again == pool
    assert api.idp("ListUsers", UserPoolId=again)["Users"] == []
    assert refusal(api, "DescribeUserPoolClient", UserPoolId=again, ClientId=client)[0] == "ResourceNotFoundException"


def test_the_number_of_users_is_told(api: Api) -> None:
    pool = a_pool(api)
    for name in ("ana", "bea", "cia"):
        a_user(api, pool, name)
    api.idp("AdminDeleteUser", UserPoolId=pool, Username="bea")
    assert described(api, pool)["EstimatedNumberOfUsers"] == 2


@pytest.mark.parametrize("tag", ["cognito-emulator:id", "_custom_id_"])
@pytest.mark.parametrize("given", ["us-east-1_MyPool1", "MyPool1"])
def test_an_id_may_be_pinned_by_a_tag(api: Api, tag: str, given: str) -> None:
    pool = a_pool(api, UserPoolTags={tag: given})
    assert pool == "us-east-1_MyPool1"
    assert described(api, pool)["UserPoolTags"] == {tag: given}
    assert refusal(api, "CreateUserPool", PoolName="b", UserPoolTags={tag: given}) == (
        "InvalidParameterException",
        "User pool us-east-1_MyPool1 already exists.",
    )


@pytest.mark.parametrize("given", ["us-east-1_", "no-pool id", "us-east-1_a_b", "../x", "x" * 60])
def test_a_tag_that_holds_no_id_is_refused(api: Api, given: str) -> None:
    code, message = refusal(api, "CreateUserPool", PoolName="b", UserPoolTags={"_custom_id_": given})
    assert code == "InvalidParameterException"
    assert "_custom_id_" in message


def test_pools_are_listed_page_by_page(api: Api) -> None:
    pools = {a_pool(api) for _ in range(5)}
    found: list[str] = []
    token, pages = None, 0
    while pages == 0 or token:
        page = api.idp("ListUserPools", MaxResults=2, NextToken=token)
        found += [pool["Id"] for pool in page["UserPools"]]
        token, pages = page.get("NextToken"), pages + 1
        assert set(page["UserPools"][0]) == {"Id", "Name", "LambdaConfig", "CreationDate", "LastModifiedDate"}
    assert (pages, sorted(found)) == (3, sorted(pools))


def test_a_forged_page_token_is_refused(api: Api) -> None:
    a_pool(api)
    a_pool(api)
    token = api.idp("ListUserPools", MaxResults=1)["NextToken"]
    api.region = "eu-west-1"
    for forged in (token, token[:-4] + "AAA=", "x", "é"):
        refused = refusal(api, "ListUserPools", MaxResults=1, NextToken=forged)
        assert refused == ("InvalidParameterException", "Invalid pagination token given.")
