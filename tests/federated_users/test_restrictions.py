"""What a user from a provider may not do here, and what an administrator may do for them."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.outside.world import World
from storage.store import Store
from tests.api.choosing import policy
from tests.api.lambda_functions import ARNS, Triggers
from tests.api.recovery.recovering import HOUR, MINUTE, PAUSED
from tests.builders import PASSWORD, Api, refusal, sign_in
from tests.federated_users.arriving import Town

WRONG_STATE = ("NotAuthorizedException", "User password cannot be reset in the current state.")
ELSEWHERE = ("NotAuthorizedException", "The user signs in through an identity provider.")
WRONG = ("NotAuthorizedException", "Incorrect username or password.")
NO_DEVICE = ("InvalidParameterException", "Invalid device key given.")
ON = {"Enabled": True}
NAME = "Corp_42"


@pytest.fixture
def world(world: World) -> World:
    """A world in which DefineAuthChallenge and its like run."""
    return Triggers().in_world(world)


@pytest.fixture
def town(api: Api, store: Store) -> Town:
    """A town with every factor, where Ana has come from Corp."""
    further = {"WebAuthnConfiguration": {"RelyingPartyId": "localhost"}}
    factors = policy("PASSWORD", "EMAIL_OTP", "WEB_AUTHN")
    mapping = {"email": "mail", "email_verified": "email_verified"}
    town = Town.of(api, store, mapping, AutoVerifiedAttributes=["email"], LambdaConfig=ARNS, **factors)
    software = {"SoftwareTokenMfaConfiguration": ON, "MfaConfiguration": "OPTIONAL"}
    api.idp("SetUserPoolMfaConfig", UserPoolId=town.pool, **software, **further)
    town.arrive()
    return town


def test_no_password_of_theirs_is_reset(town: Town) -> None:
    asked = {"ClientId": town.client, "Username": NAME}
    assert refusal(town.api, "ForgotPassword", **asked) == WRONG_STATE
    assert refusal(town.api, "AdminResetUserPassword", UserPoolId=town.pool, Username=NAME) == WRONG_STATE
    answer = {"ConfirmationCode": "123456", "Password": PASSWORD}
    assert refusal(town.api, "ConfirmForgotPassword", **asked, **answer)[0] == "ExpiredCodeException"
    assert town.seen(NAME)["UserStatus"] == "EXTERNAL_PROVIDER"
    assert town.api.world.mailbox.messages() == []


OWN: list[tuple[str, dict[str, Any]]] = [
    ("ChangePassword", {"ProposedPassword": PASSWORD}),
    ("ChangePassword", {"PreviousPassword": PASSWORD, "ProposedPassword": PASSWORD}),
    ("AssociateSoftwareToken", {}),
    ("VerifySoftwareToken", {"UserCode": "123456"}),
    ("SetUserMFAPreference", {"SoftwareTokenMfaSettings": ON}),
    ("SetUserMFAPreference", {}),
    ("SetUserSettings", {"MFAOptions": []}),
    ("StartWebAuthnRegistration", {}),
]


@pytest.mark.parametrize(("operation", "members"), OWN)
def test_they_have_no_factors_of_their_own(town: Town, operation: str, members: dict[str, Any]) -> None:
    token = town.tokens(town.arrive())["access_token"]
    assert refusal(town.api, operation, AccessToken=token, **members) == ELSEWHERE


@pytest.mark.parametrize(
    ("operation", "members"),
    [("AdminSetUserMFAPreference", {"SoftwareTokenMfaSettings": ON}), ("AdminSetUserSettings", {"MFAOptions": []})],
)
def test_an_administrator_gives_them_none_either(town: Town, operation: str, members: dict[str, Any]) -> None:
    assert refusal(town.api, operation, UserPoolId=town.pool, Username=NAME, **members) == ELSEWHERE


def test_no_device_of_theirs_is_confirmed(town: Town) -> None:
    tracking = {"ChallengeRequiredOnNewDevice": True, "DeviceOnlyRememberedOnUserPrompt": False}
    town.api.idp("UpdateUserPool", UserPoolId=town.pool, DeviceConfiguration=tracking)
    tokens = town.tokens(town.arrive())
    assert "device_key" not in tokens
    asked = {"AccessToken": tokens["access_token"], "DeviceKey": "us-east-1_00000000-0000-4000-8000-000000000000"}
    secret = {"Salt": "c2FsdA==", "PasswordVerifier": "dmVyaWZpZXI="}
    assert refusal(town.api, "ConfirmDevice", **asked, DeviceSecretVerifierConfig=secret) == NO_DEVICE
    assert town.api.idp("ListDevices", AccessToken=tokens["access_token"])["Devices"] == []


@pytest.mark.parametrize("flow", ["USER_PASSWORD_AUTH", "USER_AUTH", "CUSTOM_AUTH"])
def test_they_do_not_sign_in_by_the_api(town: Town, flow: str) -> None:
    given = {"USERNAME": NAME, "PASSWORD": PASSWORD, "PREFERRED_CHALLENGE": "PASSWORD"}
    if flow == "CUSTOM_AUTH":
        del given["PASSWORD"]
    asked = {"ClientId": town.client, "AuthFlow": flow, "AuthParameters": given}
    assert refusal(town.api, "InitiateAuth", **asked) == WRONG


@pytest.mark.parametrize("preferred", [None, "EMAIL_OTP", "WEB_AUTHN"])
def test_they_are_offered_no_factor_but_a_password_that_they_do_not_have(town: Town, preferred: str | None) -> None:
    given = {"USERNAME": NAME, **({"PREFERRED_CHALLENGE": preferred} if preferred else {})}
    asked = {"ClientId": town.client, "AuthFlow": "USER_AUTH", "AuthParameters": given}
    begun = town.api.idp("InitiateAuth", **asked)
    assert begun["AvailableChallenges"] == ["PASSWORD_SRP", "PASSWORD"]
    assert town.api.world.mailbox.messages() == []
    answer = {"USERNAME": NAME, "ANSWER": "EMAIL_OTP"}
    named = {"ClientId": town.client, "ChallengeName": "SELECT_CHALLENGE", "Session": begun["Session"]}
    refused = refusal(town.api, "RespondToAuthChallenge", **named, ChallengeResponses=answer)
    assert refused[0] == "InvalidParameterException"
    factors = town.api.idp("AdminGetUserAuthFactors", UserPoolId=town.pool, Username=NAME)
    assert factors["ConfiguredUserAuthFactors"] == []


def test_nobody_writes_their_identities(town: Town) -> None:
    before = town.identities(NAME)
    token = town.tokens(town.arrive())["access_token"]
    forged = [{"Name": "identities", "Value": "[]"}]
    own = refusal(town.api, "UpdateUserAttributes", AccessToken=token, UserAttributes=forged)
    assert own[0] == "InvalidParameterException"
    assert refusal(town.api, "DeleteUserAttributes", AccessToken=token, UserAttributeNames=["identities"])[0] == own[0]
    named = {"UserPoolId": town.pool, "Username": NAME}
    assert refusal(town.api, "AdminUpdateUserAttributes", **named, UserAttributes=forged)[0] == own[0]
    assert town.identities(NAME) == before


def test_they_change_their_attributes_until_they_come_again(town: Town) -> None:
    token = town.tokens(town.arrive())["access_token"]
    given = [{"Name": "nickname", "Value": "an"}, {"Name": "email", "Value": "new@example.com"}]
    town.api.idp("UpdateUserAttributes", AccessToken=token, UserAttributes=given)
    code = town.api.code(user=NAME)
    town.api.idp("VerifyUserAttribute", AccessToken=token, AttributeName="email", Code=code)
    assert town.attributes(NAME) == {"nickname": "an", "email": "new@example.com", "email_verified": "true"}
    town.arrive(email_verified=False)
    assert town.attributes(NAME) == {"nickname": "an", "email": "ana@corp.example", "email_verified": "false"}


def test_they_are_local_too_once_they_have_a_password(town: Town) -> None:
    password = {"UserPoolId": town.pool, "Username": NAME, "Password": PASSWORD, "Permanent": True}
    town.api.idp("AdminSetUserPassword", **password)
    assert town.seen(NAME)["UserStatus"] == "CONFIRMED"
    token = sign_in(town.api, town.client, NAME)["AccessToken"]
    assert town.api.idp("AssociateSoftwareToken", AccessToken=token)["SecretCode"]
    change = {"PreviousPassword": PASSWORD, "ProposedPassword": f"{PASSWORD}!"}
    town.api.idp("ChangePassword", AccessToken=token, **change)
    assert town.arrive().user.username == NAME


def test_a_temporary_password_has_to_be_replaced(town: Town) -> None:
    town.api.idp("AdminSetUserPassword", UserPoolId=town.pool, Username=NAME, Password=PASSWORD)
    assert town.seen(NAME)["UserStatus"] == "FORCE_CHANGE_PASSWORD"
    assert town.arrive().user.status == "FORCE_CHANGE_PASSWORD"


def test_while_a_recovery_is_open_they_come_if_nothing_changes(town: Town) -> None:
    town.api.world.clock.advance(seconds=HOUR)
    to = {"RestoreTimestamp": town.api.world.clock.now() - 15 * MINUTE}
    town.api.idp("InitiatePointInTimeRecovery", UserPoolId=town.pool, **to)
    assert town.arrive().user.username == NAME
    assert town.refusal(mail="new@corp.example") == PAUSED
    assert town.refusal(sub="43") == PAUSED
    assert town.usernames() == [NAME]
