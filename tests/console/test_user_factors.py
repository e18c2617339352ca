"""The page of a user: passkeys, authenticator, devices and sessions, each with its button."""

from __future__ import annotations

import re

from tests.api.device_client import a_device
from tests.api.device_client import a_place as a_place_with_devices
from tests.api.hostile_places import with_factors, with_passkeys
from tests.api.test_user_sessions import track
from tests.builders import PASSWORD, Api, a_client, a_pool, a_user, sign_in
from tests.console.person import Person


def ana(api: Api, pool: str) -> Person:
    """Somebody who looks at Ana's page."""
    person = Person(api)
    person.open(f"/_emulator/console/pools/{pool}/user?username=ana")
    return person


def test_passkeys_are_shown_and_deleted(api: Api) -> None:
    place = with_passkeys(api)
    person = ana(api, place.pool)
    assert "of <code>localhost</code>" in person.page
    person.send("delete-passkey", CredentialId="nonsense")
    assert person.alert == "The user does not have this passkey any more."
    person.send("delete-passkey")
    assert "delete-passkey" not in person.page
    token = sign_in(api, place.client)["AccessToken"]
    assert api.idp("ListWebAuthnCredentials", AccessToken=token)["Credentials"] == []


def test_a_passkey_of_another_user_is_not_deleted(api: Api) -> None:
    place = with_passkeys(api)
    token = sign_in(api, place.client, "bob")["AccessToken"]
    [passkey] = api.idp("ListWebAuthnCredentials", AccessToken=token)["Credentials"]
    person = ana(api, place.pool)
    person.send("delete-passkey", CredentialId=passkey["CredentialId"])
    assert person.alert == "The user does not have this passkey any more."
    assert len(api.idp("ListWebAuthnCredentials", AccessToken=token)["Credentials"]) == 1


def test_an_authenticator_is_deleted(api: Api) -> None:
    place = with_factors("SoftwareTokenMfaSettings")(api)
    person = ana(api, place.pool)
    assert "SOFTWARE_TOKEN" in person.page
    person.send("delete-authenticator")
    assert "delete-authenticator" not in person.page
    assert "UserMFASettingList" not in api.idp("AdminGetUser", UserPoolId=place.pool, Username="ana")


def test_an_authenticator_is_enrolled_and_its_code_is_accepted(api: Api) -> None:
    pool = a_pool(api)
    person = ana_of_new(api, pool)
    person.send("authenticator")
    assert person.alert.startswith("SoftwareTokenMFANotFoundException: ")
    token = {"SoftwareTokenMfaConfiguration": {"Enabled": True}}
    api.idp("SetUserPoolMfaConfig", UserPoolId=pool, MfaConfiguration="ON", **token)
    person.send("authenticator")
    [code] = re.findall(r'<code class="code">(\d{6})</code>', person.page)
    person.send("authenticator")
    assert f'<code class="code">{code}</code>' in person.page
    login = {"AuthFlow": "USER_PASSWORD_AUTH", "ClientId": a_client(api, pool)}
    asked = api.idp("InitiateAuth", AuthParameters={"USERNAME": "ana", "PASSWORD": PASSWORD}, **login)
    answers = {"USERNAME": "ana", "SOFTWARE_TOKEN_MFA_CODE": code}
    answer = {"ChallengeName": "SOFTWARE_TOKEN_MFA", "Session": asked["Session"], "ClientId": login["ClientId"]}
    assert "AuthenticationResult" in api.idp("RespondToAuthChallenge", ChallengeResponses=answers, **answer)


def test_devices_are_shown_and_forgotten(api: Api) -> None:
    place = a_place_with_devices(api)
    device = a_device(place, DeviceName="<Ana's>")
    person = ana(api, place.pool)
    assert f"<code>{device.key}</code> <bdi>&lt;Ana&#39;s&gt;</bdi>" in person.page
    person.send("forget-device")
    assert device.key not in person.page
    assert api.idp("AdminListDevices", UserPoolId=place.pool, Username="ana")["Devices"] == []


def test_sessions_are_shown_and_revoked(api: Api) -> None:
    pool = a_pool(api)
    assert "Session tracking is not enabled" in ana_of_new(api, pool).page
    track(api, pool)
    sign_in(api, a_client(api, pool))
    person = ana(api, pool)
    [session] = api.idp("AdminListUserSessions", UserPoolId=pool, Username="ana")["Sessions"]
    assert session["SessionId"] in person.page
    person.send("revoke-session")
    assert api.idp("AdminListUserSessions", UserPoolId=pool, Username="ana")["Sessions"] == []


def ana_of_new(api: Api, pool: str) -> Person:
    """The page of Ana, who is new."""
    a_user(api, pool)
    return ana(api, pool)
