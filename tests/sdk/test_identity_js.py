"""amazon-cognito-identity-js in Node: what older web applications sign in with."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import jwt
import pytest

from tests.builders import PASSWORD
from tests.sdk.conftest import Server
from tests.sdk.node_client import ClientRefused, NodeClient
from tests.sdk.place import EMAIL, TEMPORARY, Authenticator, Place, wrong

FLOWS = ["USER_SRP_AUTH", "USER_PASSWORD_AUTH"]
TOTP = {"Enabled": True, "PreferredMfa": True}
WRONG = r"^NotAuthorizedException: Incorrect username or password\.$"
TRACKED = {"ChallengeRequiredOnNewDevice": True, "DeviceOnlyRememberedOnUserPrompt": False}
ASKED = {"ChallengeRequiredOnNewDevice": True, "DeviceOnlyRememberedOnUserPrompt": True}


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NodeClient]:
    """One Node process; `client` gives each test a new pool and an empty storage in it."""
    client = NodeClient("identity.mjs", tmp_path_factory.mktemp("node") / "identity.log")
    yield client
    client.stop()


@pytest.fixture
def place(shared: Server) -> Place:
    """A new pool."""
    return Place(shared)


@pytest.fixture
def client(node: NodeClient, place: Place) -> NodeClient:
    """The client, pointed at the new pool."""
    node.call("configure", place.configuration)
    return node


def signed_in(client: NodeClient, password: str = PASSWORD, flow: str = "USER_SRP_AUTH") -> Any:
    """Sign Ana in without a further step; answers the session."""
    answer = client.call("signIn", "ana", password, flow)
    assert answer["step"] == "onSuccess", answer
    return answer["session"]


def claims(token: str) -> dict[str, Any]:
    return dict(jwt.decode(token, options={"verify_signature": False}))


def with_app(client: NodeClient, place: Place) -> Authenticator:
    """Give Ana, who is signed in, an authenticator app that is asked for from now on."""
    answer = client.call("associateSoftwareToken")
    assert answer["step"] == "associateSecretCode"
    app = Authenticator(place.server, answer["secret"])
    assert client.call("verifySoftwareToken", app.code(), "phone")["step"] == "onSuccess"
    assert client.call("setUserMfaPreference", None, TOTP) == "SUCCESS"
    return app


def test_sign_up_confirm_and_sign_in(client: NodeClient, place: Place) -> None:
    signed_up = client.call("signUp", "ana", PASSWORD, {"email": EMAIL})
    assert signed_up["userConfirmed"] is False
    assert signed_up["codeDeliveryDetails"]["DeliveryMedium"] == "EMAIL"
    with pytest.raises(ClientRefused, match=r"^UserNotConfirmedException: User is not confirmed\.$"):
        signed_in(client)
    code = place.code()
    with pytest.raises(ClientRefused, match=r"^CodeMismatchException: Invalid verification code provided"):
        client.call("confirmRegistration", wrong(code))
    assert client.call("confirmRegistration", code) == "SUCCESS"
    assert claims(signed_in(client)["idToken"])["sub"] == signed_up["userSub"]
    assert {"Name": "email", "Value": EMAIL} in client.call("getUserAttributes")


@pytest.mark.parametrize("flow", FLOWS)
def test_a_wrong_password_is_refused(client: NodeClient, place: Place, flow: str) -> None:
    place.user()
    with pytest.raises(ClientRefused, match=WRONG):
        signed_in(client, "Wrong-Horse-1", flow)
    assert claims(signed_in(client, PASSWORD, flow)["accessToken"])["username"] == "ana"


@pytest.mark.parametrize("flow", FLOWS)
def test_an_unknown_user_is_refused_like_a_wrong_password(client: NodeClient, flow: str) -> None:
    with pytest.raises(ClientRefused, match=WRONG):
        signed_in(client, PASSWORD, flow)


@pytest.mark.parametrize("flow", FLOWS)
def test_a_temporary_password_is_replaced(client: NodeClient, place: Place, flow: str) -> None:
    place.user(password=TEMPORARY, permanent=False)
    challenge = client.call("signIn", "ana", TEMPORARY, flow)
    assert challenge["step"] == "newPasswordRequired"
    assert challenge["attributes"]["email"] == EMAIL
    assert challenge["required"] == []
    finished = client.call("completeNewPasswordChallenge", PASSWORD, {"name": "Ana"})
    assert claims(finished["session"]["idToken"])["name"] == "Ana"
    signed_in(client, PASSWORD, flow)


def test_an_authenticator_app_is_set_up_and_asked_for(client: NodeClient, place: Place) -> None:
    place.mfa("OPTIONAL")
    place.user()
    signed_in(client)
    app = with_app(client, place)
    for flow in FLOWS:
        assert client.call("signIn", "ana", PASSWORD, flow)["step"] == "totpRequired"
        code = app.code()
        with pytest.raises(ClientRefused, match=r"^CodeMismatchException: Invalid code received for user$"):
            client.call("sendMFACode", wrong(code), "SOFTWARE_TOKEN_MFA")
        finished = client.call("sendMFACode", code, "SOFTWARE_TOKEN_MFA")
        assert claims(finished["session"]["accessToken"])["username"] == "ana"


def test_an_authenticator_app_is_set_up_while_signing_in(client: NodeClient, place: Place) -> None:
    place.mfa("ON")
    place.user()
    assert client.call("signIn", "ana", PASSWORD)["step"] == "mfaSetup"
    app = Authenticator(place.server, client.call("associateSoftwareToken")["secret"])
    finished = client.call("verifySoftwareToken", app.code(), "phone")
    assert claims(finished["session"]["idToken"])["email"] == EMAIL
    assert client.call("signIn", "ana", PASSWORD)["step"] == "totpRequired"
    assert client.call("sendMFACode", app.code(), "SOFTWARE_TOKEN_MFA")["step"] == "onSuccess"


@pytest.mark.parametrize(("factor", "step"), [("SMS_MFA", "mfaRequired"), ("SOFTWARE_TOKEN_MFA", "totpRequired")])
def test_a_user_chooses_between_two_factors(client: NodeClient, place: Place, factor: str, step: str) -> None:
    place.mfa("OPTIONAL")
    place.user(phone_number="+15555550100", phone_number_verified="true")
    signed_in(client)
    app = with_app(client, place)
    either = {"Enabled": True, "PreferredMfa": False}
    assert client.call("setUserMfaPreference", either, either) == "SUCCESS"
    asked = client.call("signIn", "ana", PASSWORD)
    assert asked["step"] == "selectMFAType"
    assert sorted(json.loads(asked["parameters"]["MFAS_CAN_CHOOSE"])) == ["SMS_MFA", "SOFTWARE_TOKEN_MFA"]
    assert client.call("sendMFASelectionAnswer", factor)["step"] == step
    code = place.code() if factor == "SMS_MFA" else app.code()
    assert client.call("sendMFACode", code, factor)["step"] == "onSuccess"


def test_a_password_is_changed(client: NodeClient, place: Place) -> None:
    place.user()
    signed_in(client)
    with pytest.raises(ClientRefused, match=WRONG):
        client.call("changePassword", "Wrong-Horse-1", "Correct-Horse-2")
    assert client.call("changePassword", PASSWORD, "Correct-Horse-2") == "SUCCESS"
    with pytest.raises(ClientRefused, match=WRONG):
        signed_in(client)
    signed_in(client, "Correct-Horse-2")


def test_a_session_is_refreshed(client: NodeClient, place: Place) -> None:
    place.user()
    first = signed_in(client)
    second = client.call("refresh")
    assert second["refreshToken"] == first["refreshToken"]
    assert second["accessToken"] != first["accessToken"]
    was, now = claims(first["accessToken"]), claims(second["accessToken"])
    assert (was["origin_jti"], was["auth_time"]) == (now["origin_jti"], now["auth_time"])
    assert was["jti"] != now["jti"]


def test_signing_out_revokes_the_refresh_token(client: NodeClient, place: Place) -> None:
    place.user()
    token = signed_in(client)["accessToken"]
    client.call("signOut")
    with pytest.raises(place.idp.exceptions.NotAuthorizedException, match=r"Access Token has been revoked$"):
        place.idp.get_user(AccessToken=token)


def test_global_sign_out_ends_sessions_elsewhere(client: NodeClient, place: Place) -> None:
    place.user()
    elsewhere = signed_in(client)["accessToken"]
    signed_in(client)
    assert client.call("globalSignOut") == {"step": "onSuccess", "value": "SUCCESS"}
    with pytest.raises(place.idp.exceptions.NotAuthorizedException, match=r"Access Token has been revoked$"):
        place.idp.get_user(AccessToken=elsewhere)


@pytest.mark.parametrize("flow", FLOWS)
def test_a_remembered_device_signs_in_again_without_the_app(node: NodeClient, shared: Server, flow: str) -> None:
    place = Place(shared, DeviceConfiguration=ASKED)
    node.call("configure", place.configuration)
    place.mfa("OPTIONAL")
    place.user()
    first = node.call("signIn", "ana", PASSWORD, flow)
    assert first["confirmationNecessary"] is True
    app = with_app(node, place)
    assert node.call("signIn", "ana", PASSWORD, flow)["step"] == "totpRequired"
    assert node.call("sendMFACode", app.code(), "SOFTWARE_TOKEN_MFA")["step"] == "onSuccess"

    assert node.call("setDeviceStatusRemembered") == {"step": "onSuccess", "value": "SUCCESS"}
    key = claims(first["session"]["accessToken"])["device_key"]
    assert node.call("getDevice")["value"]["Device"]["DeviceKey"] == key
    again = signed_in(node, flow=flow)
    assert claims(again["accessToken"])["device_key"] == key
    assert claims(node.call("refresh")["accessToken"])["device_key"] == key
    assert [each["DeviceKey"] for each in node.call("listDevices")["value"]["Devices"]] == [key]


def test_a_device_that_an_administrator_forgot_is_replaced(node: NodeClient, shared: Server) -> None:
    place = Place(shared, DeviceConfiguration=TRACKED)
    node.call("configure", place.configuration)
    place.user()
    key = claims(signed_in(node)["accessToken"])["device_key"]
    assert claims(signed_in(node)["accessToken"])["device_key"] == key
    place.idp.admin_forget_device(UserPoolId=place.pool, Username="ana", DeviceKey=key)
    replaced = claims(signed_in(node)["accessToken"])["device_key"]
    assert replaced != key
    assert node.call("forgetDevice") == {"step": "onSuccess", "value": "SUCCESS"}
    assert place.idp.admin_list_devices(UserPoolId=place.pool, Username="ana")["Devices"] == []
