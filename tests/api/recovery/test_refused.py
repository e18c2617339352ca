"""What a pool refuses while a recovery is open, operation by operation, and what works."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.domain.recovery import pauses
from emulator.wire import model
from storage.store import Store
from tests.api.imports.importer import Importer
from tests.api.recovery.recovering import HOUR, PAUSED, Recovering
from tests.api.signing_in import refusal
from tests.builders import Api, a_client, a_pool, a_user, pairs, sign_in
from tests.keys.authenticator import Authenticator

READING = ("AdminGet", "AdminList", "Describe", "Get", "List")
WORKING = {
    *("AddUserPoolClientSecret", "AdminForgetDevice", "AdminInitiateAuth", "AdminRespondToAuthChallenge"),
    *("AdminRevokeUserSession", "AdminUpdateAuthEventFeedback", "AdminUpdateDeviceStatus"),
    *("AdminUserGlobalSignOut", "CancelPointInTimeRecovery", "ConfirmDevice", "CreateCIMDPolicy"),
    *("CreateManagedLoginBranding", "CreateResourceServer", "CreateTerms", "CreateUserPool", "CreateUserPoolClient"),
    *("CreateUserPoolDomain", "CreateUserPoolReplica", "DeleteCIMDPolicy", "DeleteIdentityProvider"),
    *("DeleteManagedLoginBranding", "DeleteResourceServer", "DeleteTerms", "DeleteUserPoolClient"),
    *("DeleteUserPoolClientSecret", "DeleteUserPoolDomain", "DeleteUserPoolReplica", "ForgetDevice", "GlobalSignOut"),
    *("InitiateAuth", "InitiatePointInTimeRecovery", "ResendConfirmationCode", "RespondToAuthChallenge"),
    *("RevokeToken", "RevokeUserSession", "SetLogDeliveryConfiguration", "SetRiskConfiguration"),
    *("SetUICustomization", "SetUserPoolClientSessionConfiguration", "SetUserPoolMfaConfig"),
    *("SetUserPoolSessionConfiguration", "StartPointInTimeRecovery", "StopUserImportJob", "TagResource"),
    *("UntagResource", "UpdateAuthEventFeedback", "UpdateCIMDPolicy", "UpdateClientMetadataURLState"),
    *("UpdateDeviceStatus", "UpdateIdentityProvider", "UpdateManagedLoginBranding", "UpdateProvisionedLimit"),
    *("UpdateResourceServer", "UpdateTerms", "UpdateUserPool", "UpdateUserPoolClient", "UpdateUserPoolDomain"),
    *("UpdateUserPoolReplica",),
}
"""The operations that write, and work while a recovery is open."""
SETUP = {"MfaConfiguration": "ON", "SoftwareTokenMfaConfiguration": {"Enabled": True}}


def requests(place: Recovering, token: str, job: str) -> dict[str, dict[str, Any]]:
    """A request of each operation that is refused."""
    pool = {"UserPoolId": place.pool}
    named, bearer = {**pool, "Username": "ana"}, {"AccessToken": token}
    client, group = {"ClientId": place.client}, {**pool, "GroupName": "staff"}
    code = {"ConfirmationCode": "123456"}
    corp = {"ProviderName": "Corp", "ProviderAttributeName": "Cognito_Subject", "ProviderAttributeValue": "1"}
    details = {"client_id": "id", "client_secret": "s", "authorize_scopes": "openid"}
    attributes, password = {"UserAttributes": pairs({"name": "Ana"})}, "Another-Horse-2"
    return {
        "AddCustomAttributes": {**pool, "CustomAttributes": [{"Name": "plan", "AttributeDataType": "String"}]},
        "AdminAddUserToGroup": {**named, **group},
        "AdminConfirmSignUp": named,
        "AdminCreateUser": {**pool, "Username": "eva"},
        "AdminDeleteSoftwareToken": named,
        "AdminDeleteUser": named,
        "AdminDeleteUserAttributes": {**named, "UserAttributeNames": ["email"]},
        "AdminDisableProviderForUser": {**pool, "User": corp},
        "AdminDisableUser": named,
        "AdminEnableUser": named,
        "AdminLinkProviderForUser": {**pool, "DestinationUser": corp, "SourceUser": corp},
        "AdminRemoveUserFromGroup": {**named, **group},
        "AdminResetUserPassword": named,
        "AdminSetUserMFAPreference": named,
        "AdminSetUserPassword": {**named, "Password": password},
        "AdminSetUserSettings": {**named, "MFAOptions": []},
        "AdminUpdateUserAttributes": {**named, **attributes},
        "AssociateSoftwareToken": bearer,
        "ChangePassword": {**bearer, "ProposedPassword": password},
        "CompleteWebAuthnRegistration": {**bearer, "Credential": {}},
        "ConfirmForgotPassword": {**client, "Username": "ana", **code, "Password": password},
        "ConfirmSignUp": {**client, "Username": "ana", **code},
        "CreateGroup": {**pool, "GroupName": "others"},
        "CreateIdentityProvider": {
            **pool,
            "ProviderName": "Google",
            "ProviderType": "Google",
            "ProviderDetails": details,
        },
        "CreateUserImportJob": {**pool, "JobName": "job", "CloudWatchLogsRoleArn": "arn:aws:iam::000000000000:role/r"},
        "DeleteGroup": group,
        "DeleteUser": bearer,
        "DeleteUserAttributes": {**bearer, "UserAttributeNames": ["email"]},
        "DeleteUserPool": pool,
        "DeleteWebAuthnCredential": {**bearer, "CredentialId": "a"},
        "ForgotPassword": {**client, "Username": "ana"},
        "SetUserMFAPreference": bearer,
        "SetUserSettings": {**bearer, "MFAOptions": []},
        "SignUp": {**client, "Username": "eva", "Password": password},
        "StartUserImportJob": {**pool, "JobId": job},
        "StartWebAuthnRegistration": bearer,
        "UpdateGroup": group,
        "UpdateUserAttributes": {**bearer, **attributes},
        "VerifySoftwareToken": {**bearer, "UserCode": "123456"},
        "VerifyUserAttribute": {**bearer, "AttributeName": "email", "Code": "123456"},
    }


def seen(api: Api, place: Recovering) -> list[dict[str, Any]]:
    """The pool, its users and groups."""
    named = {"UserPoolId": place.pool}
    described = api.idp("DescribeUserPool", **named)
    groups = api.idp("AdminListGroupsForUser", **named, Username="ana")
    return [described, api.idp("ListUsers", **named), api.idp("ListGroups", **named), groups]


@pytest.fixture
def place(api: Api, store: Store) -> Recovering:
    """A pool that is an hour old, with Ana, who is in a group, and an import that is ready to start."""
    importer = Importer(api, store)
    api.world.clock.advance(seconds=HOUR)
    place = Recovering(api, importer.pool, a_client(api, importer.pool))
    a_user(api, place.pool, email="ana@example.com", email_verified="true")
    api.idp("CreateGroup", UserPoolId=place.pool, GroupName="staff")
    api.idp("AdminAddUserToGroup", UserPoolId=place.pool, Username="ana", GroupName="staff")
    return place


def test_every_operation_is_refused_or_works_by_the_tables() -> None:
    operations = model.load("cognito-idp").operations
    unread = {name for name in operations if not name.startswith(READING)}
    assert unread == pauses.REFUSED | WORKING
    assert not pauses.REFUSED & WORKING


def test_what_writes_users_and_groups_is_refused_and_does_nothing(api: Api, place: Recovering, store: Store) -> None:
    token, job = sign_in(api, place.client)["AccessToken"], Importer.create(Importer(api, store))["JobId"]
    asked = requests(place, token, job)
    assert asked.keys() == pauses.REFUSED
    place.previewed()
    before = seen(api, place)
    for name, members in asked.items():
        code = "InvalidParameterException" if name == "CreateIdentityProvider" else "OperationNotEnabledException"
        assert refusal(lambda name=name, members=members: api.idp(name, **members)) == f"{code}: {PAUSED}", name  # type: ignore[misc]
    assert seen(api, place) == before
    assert api.world.mailbox.messages(pool=place.pool) == []


@pytest.mark.parametrize("end", ["cancel", "expire", "restore"])
def test_they_work_again_once_the_recovery_has_ended(api: Api, place: Recovering, end: str) -> None:
    recovery = place.previewed()
    if end == "cancel":
        place.ask("CancelPointInTimeRecovery", recovery)
    elif end == "expire":
        api.world.clock.advance(days=1)
    else:
        place.ask("StartPointInTimeRecovery", recovery)
        assert place.is_paused()
        place.work()
    a_user(api, place.pool, "eva")
    api.idp("CreateGroup", UserPoolId=place.pool, GroupName="others")


def test_another_pool_is_not_paused(api: Api, place: Recovering) -> None:
    other = Recovering.of(api)
    place.previewed()
    assert place.is_paused()
    assert not other.is_paused()
    a_user(api, other.pool)


def test_the_configuration_of_a_paused_pool_can_be_changed(api: Api, place: Recovering) -> None:
    place.previewed()
    named = {"UserPoolId": place.pool}
    api.idp("UpdateUserPool", **named, AutoVerifiedAttributes=["email"])
    api.idp("SetUserPoolMfaConfig", **named, MfaConfiguration="OFF")
    client = a_client(api, place.pool)
    api.idp("UpdateUserPoolClient", **named, ClientId=client, ClientName="other")
    api.idp("DeleteUserPoolClient", **named, ClientId=client)
    api.idp("CreateResourceServer", **named, Identifier="api", Name="api")
    api.idp("TagResource", ResourceArn=api.idp("DescribeUserPool", **named)["UserPool"]["Arn"], Tags={"a": "b"})


def test_setting_an_authenticator_app_up_while_signing_in_is_refused_and_goes_on_later(api: Api) -> None:
    place = Recovering.of(api)
    api.idp("SetUserPoolMfaConfig", UserPoolId=place.pool, **SETUP)
    a_user(api, place.pool)
    entered = {"AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": {"USERNAME": "ana", "PASSWORD": "Correct-Horse-1"}}
    session = api.idp("InitiateAuth", ClientId=place.client, **entered)["Session"]
    recovery = place.initiate()
    refused = f"OperationNotEnabledException: {PAUSED}"
    assert refusal(lambda: api.idp("AssociateSoftwareToken", Session=session)) == refused
    assert refusal(lambda: api.idp("VerifySoftwareToken", Session=session, UserCode="123456")) == refused
    place.ask("CancelPointInTimeRecovery", recovery)
    assert api.idp("AssociateSoftwareToken", Session=session)["SecretCode"]


def test_the_link_of_an_email_confirms_nobody_until_the_recovery_has_ended(api: Api) -> None:
    link = {"DefaultEmailOption": "CONFIRM_WITH_LINK", "EmailMessageByLink": "{##Confirm##}"}
    place = Recovering.of(api, AutoVerifiedAttributes=["email"], VerificationMessageTemplate=link)
    given = {"Username": "eva", "Password": "Correct-Horse-1", "UserAttributes": pairs({"email": "eva@example.com"})}
    api.idp("SignUp", ClientId=place.client, **given)
    path = "/confirmUser/?client_id={}&user_name=eva&confirmation_code={}".format(place.client, api.code(user="eva"))
    recovery = place.initiate()
    page = api.http.get(path)
    assert page.status_code == 400
    assert "accept write operations" in page.text
    place.ask("CancelPointInTimeRecovery", recovery)
    assert api.http.get(path).status_code == 200


def test_passkeys_are_neither_added_nor_removed(api: Api) -> None:
    factors = {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"]}}
    place = Recovering(api, a_pool(api, Policies=factors))
    place.client = a_client(api, place.pool)
    api.idp("SetUserPoolMfaConfig", UserPoolId=place.pool, WebAuthnConfiguration={"RelyingPartyId": "localhost"})
    a_user(api, place.pool)
    api.world.clock.advance(seconds=HOUR)
    token = sign_in(api, place.client)["AccessToken"]
    options = api.idp("StartWebAuthnRegistration", AccessToken=token)["CredentialCreationOptions"]
    credential = Authenticator(seed="ana").create(options)
    recovery = place.initiate()
    refused = f"OperationNotEnabledException: {PAUSED}"
    members = {"AccessToken": token, "Credential": credential}
    assert refusal(lambda: api.idp("CompleteWebAuthnRegistration", **members)) == refused
    assert api.idp("ListWebAuthnCredentials", AccessToken=token)["Credentials"] == []
    place.ask("CancelPointInTimeRecovery", recovery)
    api.idp("CompleteWebAuthnRegistration", **members)
