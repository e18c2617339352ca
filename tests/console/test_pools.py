"""The pages of user pools: what a form does not show stays as it is."""

from __future__ import annotations

import re
from typing import Any

from tests.builders import Api, a_pool
from tests.console.person import Person

FULL = {
    "PoolName": "full",
    "AutoVerifiedAttributes": ["email", "phone_number"],
    "UsernameAttributes": ["email"],
    "VerificationMessageTemplate": {"EmailMessage": "Your code: {####}", "EmailSubject": "Code"},
    "SmsAuthenticationMessage": "Sign in: {####}",
    "UserAttributeUpdateSettings": {"AttributesRequireVerificationBeforeUpdate": ["email"]},
    "DeviceConfiguration": {"ChallengeRequiredOnNewDevice": True, "DeviceOnlyRememberedOnUserPrompt": True},
    "EmailConfiguration": {
        "EmailSendingAccount": "DEVELOPER",
        "SourceArn": "arn:aws:ses:us-east-1:123456789012:identity/a.example",
        "From": "Shop <shop@a.example>",
    },
    "SmsConfiguration": {"SnsCallerArn": "arn:aws:iam::123456789012:role/sms", "ExternalId": "x"},
    "UserPoolTags": {"team": "red"},
    "AdminCreateUserConfig": {
        "AllowAdminCreateUserOnly": True,
        "InviteMessageTemplate": {
            "EmailMessage": "Hello {username}: {####}",
            "EmailSubject": "Welcome",
            "SMSMessage": "{username} {####}",
        },
    },
    "Policies": {
        "PasswordPolicy": {"MinimumLength": 10, "RequireNumbers": True, "PasswordHistorySize": 3},
        "SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD"]},
    },
    "AccountRecoverySetting": {"RecoveryMechanisms": [{"Priority": 1, "Name": "verified_phone_number"}]},
    "LambdaConfig": {"PreSignUp": "arn:aws:lambda:us-east-1:123456789012:function:pre"},
    "UserPoolAddOns": {"AdvancedSecurityMode": "AUDIT"},
    "UserPoolTier": "PLUS",
    "DeletionProtection": "ACTIVE",
}


def described(api: Api, pool: str) -> dict[str, Any]:
    """What AWS says of a pool, its MFA included."""
    shown = api.idp("DescribeUserPool", UserPoolId=pool)["UserPool"]
    del shown["LastModifiedDate"]
    return {**shown, "mfa": api.idp("GetUserPoolMfaConfig", UserPoolId=pool)}


def test_a_form_of_a_pool_that_is_saved_as_it_is_changes_nothing(api: Api) -> None:
    pool = a_pool(api, **FULL)
    api.idp(
        "SetUserPoolMfaConfig",
        UserPoolId=pool,
        MfaConfiguration="OPTIONAL",
        SoftwareTokenMfaConfiguration={"Enabled": True},
        EmailMfaConfiguration={"Message": "Your code: {####}", "Subject": "Code"},
        WebAuthnConfiguration={"RelyingPartyId": "a.example", "UserVerification": "required"},
    )
    before = described(api, pool)
    person = Person(api)
    for form in ("update", "mfa"):
        person.open(f"/_emulator/console/pools/{pool}")
        person.send(form)
        assert person.alert == ""
        assert described(api, pool) == before


def test_a_form_of_a_pool_with_few_settings_changes_nothing_either(api: Api) -> None:
    pool = a_pool(api)
    before = described(api, pool)
    person = Person(api)
    for form in ("update", "mfa"):
        person.open(f"/_emulator/console/pools/{pool}")
        person.send(form)
    assert described(api, pool) == before


def test_a_form_of_a_pool_changes_what_it_shows_and_nothing_else(api: Api) -> None:
    pool = a_pool(api, **FULL)
    before = described(api, pool)
    person = Person(api)
    person.open(f"/_emulator/console/pools/{pool}")
    person.send("update", PoolName="new", MinimumLength="12", RequireNumbers=None, DeletionProtection="INACTIVE")
    changed = described(api, pool)
    policy = before["Policies"]["PasswordPolicy"] | {"MinimumLength": 12, "RequireNumbers": False}
    policies = {**before["Policies"], "PasswordPolicy": policy}
    assert changed == before | {"Name": "new", "Policies": policies, "DeletionProtection": "INACTIVE"}


def test_mfa_that_is_turned_off_and_on_again_has_its_methods(api: Api) -> None:
    pool = a_pool(api)
    token = {"SoftwareTokenMfaConfiguration": {"Enabled": True}}
    api.idp("SetUserPoolMfaConfig", UserPoolId=pool, MfaConfiguration="ON", **token)
    person = Person(api)
    person.open(f"/_emulator/console/pools/{pool}")
    person.send("mfa", MfaConfiguration="OFF")
    assert described(api, pool)["mfa"] == {"MfaConfiguration": "OFF", **token}
    person.send("mfa", MfaConfiguration="ON")
    assert described(api, pool)["mfa"] == {"MfaConfiguration": "ON", **token}


def test_a_refusal_of_a_form_is_told_in_aws_words_and_the_form_is_kept(api: Api) -> None:
    pool = a_pool(api)
    person = Person(api)
    person.open(f"/_emulator/console/pools/{pool}")
    person.send("update", PoolName="kept name", MinimumLength="5")
    assert person.alert.startswith("InvalidParameterException: 1 validation error detected: Value '5' at")
    assert 'value="kept name"' in person.page
    assert described(api, pool)["Name"] == "pool"
    person.send("update", MinimumLength="many")
    assert person.alert == "MinimumLength: many is not a number."


def test_a_pool_with_deletion_protection_is_not_deleted(api: Api) -> None:
    pool = a_pool(api, DeletionProtection="ACTIVE")
    person = Person(api)
    person.open(f"/_emulator/console/pools/{pool}")
    person.send("delete")
    assert "deletion protection is activated" in person.alert
    person.send("update", DeletionProtection="INACTIVE")
    person.send("delete")
    assert api.idp("ListUserPools", MaxResults=1)["UserPools"] == []


def test_a_domain_is_made_and_deleted(api: Api) -> None:
    pool = a_pool(api)
    person = Person(api)
    person.open(f"/_emulator/console/pools/{pool}")
    person.send("create-domain", Domain="shop", ManagedLoginVersion="2")
    assert described(api, pool)["Domain"] == "shop"
    person.send("delete-domain")
    assert "Domain" not in described(api, pool)


def test_pools_of_every_region_are_reached(api: Api) -> None:
    a_pool(api, PoolName="south")
    api.region = "eu-west-1"
    pool = a_pool(api, PoolName="north")
    person = Person(api)
    assert "north" not in person.open("/_emulator/")
    assert "south" not in person.follow("eu-west-1")
    person.follow("north")
    assert pool in person.page


def test_pools_are_listed_page_by_page(api: Api) -> None:
    for index in range(31):
        a_pool(api, PoolName=f"pool-{index}")
    person = Person(api)
    names = set(re.findall(r"<bdi>(pool-\d+)</bdi>", person.open("/_emulator/")))
    assert len(names) == 30
    more = set(re.findall(r"<bdi>(pool-\d+)</bdi>", person.follow("next")))
    assert len(names | more) == 31
    assert ">next<" not in person.page
