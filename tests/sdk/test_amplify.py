"""aws-amplify v6 in Node: what new web applications sign in with."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import jwt
import pytest

from tests.builders import PASSWORD
from tests.sdk.conftest import Server
from tests.sdk.node_client import ClientRefused, NodeClient
from tests.sdk.place import EMAIL, TEMPORARY, Authenticator, Place, wrong

SRP: dict[str, str] = {}
"""What Amplify does unless it is told otherwise."""
PLAIN = {"authFlowType": "USER_PASSWORD_AUTH"}
CHOSEN_SRP = {"authFlowType": "USER_AUTH", "preferredChallenge": "PASSWORD_SRP"}
CHOSEN_PLAIN = {"authFlowType": "USER_AUTH", "preferredChallenge": "PASSWORD"}
CHOICE = {"authFlowType": "USER_AUTH"}
BY_PASSWORD = pytest.mark.parametrize(
    "options", [SRP, PLAIN, CHOSEN_SRP, CHOSEN_PLAIN], ids=["SRP", "PASSWORD", "USER_AUTH-SRP", "USER_AUTH-PASSWORD"]
)
DONE = {"isSignedIn": True, "nextStep": {"signInStep": "DONE"}}
WRONG = r"^NotAuthorizedException: Incorrect username or password\.$"
WRONG_APP = "^EnableSoftwareTokenMFAException: Code mismatch and fail enable Software Token MFA$"
BY_EMAIL = {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]}}


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NodeClient]:
    """One Node process; each test points its Amplify at a new pool."""
    yield from running(tmp_path_factory)


@pytest.fixture
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NodeClient]:
    """A Node process of one's own: Amplify drops an automatic sign-in within 300 ms of another, and never answers."""
    yield from running(tmp_path_factory)


def running(folders: pytest.TempPathFactory) -> Iterator[NodeClient]:
    client = NodeClient("amplify.mjs", folders.mktemp("node") / "amplify.log")
    yield client
    client.stop()


class Application:
    """An application with Amplify in it, and the pool that it is made for."""

    def __init__(self, node: NodeClient, place: Place) -> None:
        self.place = place
        self.call = node.call
        self.call("configure", place.configuration)

    def sign_in(self, password: str | None = PASSWORD, **options: str) -> Any:
        """Begin Ana's sign-in."""
        given = {"username": "ana", "options": options}
        return self.call("signIn", given if password is None else {**given, "password": password})

    def confirm(self, response: str) -> Any:
        """Answer what the sign-in asks for."""
        return self.call("confirmSignIn", {"challengeResponse": response})

    def claims(self, token: str = "accessToken") -> dict[str, Any]:
        """The claims of a token that Amplify holds."""
        return dict(jwt.decode(self.call("fetchAuthSession")[token], options={"verify_signature": False}))

    def with_app(self) -> Authenticator:
        """Give Ana, who is signed in, an authenticator app that is asked for from now on."""
        app = Authenticator(self.place.server, self.call("setUpTOTP")["sharedSecret"])
        self.call("verifyTOTPSetup", {"code": app.code()})
        self.call("updateMFAPreference", {"totp": "PREFERRED"})
        assert self.call("fetchMFAPreference") == {"enabled": ["TOTP"], "preferred": "TOTP"}
        return app


@pytest.fixture
def app(node: NodeClient, shared: Server) -> Application:
    """An application for a new pool."""
    return Application(node, Place(shared))


def revoked(place: Place, token: str) -> None:
    with pytest.raises(place.idp.exceptions.NotAuthorizedException, match=r"Access Token has been revoked$"):
        place.idp.get_user(AccessToken=token)


@pytest.mark.parametrize("options", [SRP, CHOICE], ids=["SRP", "USER_AUTH"])
def test_sign_up_confirm_and_automatic_sign_in(fresh: NodeClient, shared: Server, options: dict[str, str]) -> None:
    app = Application(fresh, Place(shared, Policies=BY_EMAIL))
    wanted = {"userAttributes": {"email": EMAIL}, "autoSignIn": options or True}
    signed_up = app.call("signUp", {"username": "ana", "password": PASSWORD, "options": wanted})
    assert signed_up["nextStep"] == {
        "signUpStep": "CONFIRM_SIGN_UP",
        "codeDeliveryDetails": {"deliveryMedium": "EMAIL", "destination": "a***@e***", "attributeName": "email"},
    }
    code = app.place.code()
    refused = r"^CodeMismatchException: Invalid verification code provided, please try again\.$"
    with pytest.raises(ClientRefused, match=refused):
        app.call("confirmSignUp", {"username": "ana", "confirmationCode": wrong(code)})
    confirmed = app.call("confirmSignUp", {"username": "ana", "confirmationCode": code})
    assert confirmed == {"isSignUpComplete": True, "nextStep": {"signUpStep": "COMPLETE_AUTO_SIGN_IN"}}
    assert app.call("autoSignIn") == DONE
    assert app.call("getCurrentUser")["userId"] == signed_up["userId"]
    assert app.call("fetchUserAttributes")["email_verified"] == "true"


def test_who_has_not_confirmed_is_sent_back_to_confirm(app: Application) -> None:
    app.call("signUp", {"username": "ana", "password": PASSWORD, "options": {"userAttributes": {"email": EMAIL}}})
    assert app.sign_in() == {"isSignedIn": False, "nextStep": {"signInStep": "CONFIRM_SIGN_UP"}}
    app.call("confirmSignUp", {"username": "ana", "confirmationCode": app.place.code()})
    assert app.sign_in() == DONE


@BY_PASSWORD
def test_a_password_signs_in_and_a_wrong_one_does_not(app: Application, options: dict[str, str]) -> None:
    sub = app.place.user()
    with pytest.raises(ClientRefused, match=WRONG):
        app.sign_in("Wrong-Horse-1", **options)
    assert app.sign_in(**options) == DONE
    assert app.claims("idToken")["sub"] == sub
    assert app.call("getCurrentUser")["username"] == "ana"


@BY_PASSWORD
def test_an_unknown_user_is_refused_like_a_wrong_password(app: Application, options: dict[str, str]) -> None:
    with pytest.raises(ClientRefused, match=WRONG):
        app.sign_in(**options)


@BY_PASSWORD
def test_a_temporary_password_is_replaced(app: Application, options: dict[str, str]) -> None:
    app.place.user(password=TEMPORARY, permanent=False)
    asked = app.sign_in(TEMPORARY, **options)
    assert asked["nextStep"]["signInStep"] == "CONFIRM_SIGN_IN_WITH_NEW_PASSWORD_REQUIRED"
    assert app.confirm(PASSWORD) == DONE
    app.call("signOut")
    assert app.sign_in(**options) == DONE


def test_a_code_by_email_signs_in(node: NodeClient, shared: Server) -> None:
    app = Application(node, Place(shared, Policies=BY_EMAIL))
    app.place.user()
    asked = app.sign_in(None, authFlowType="USER_AUTH", preferredChallenge="EMAIL_OTP")
    assert asked["nextStep"]["signInStep"] == "CONFIRM_SIGN_IN_WITH_EMAIL_CODE"
    assert asked["nextStep"]["codeDeliveryDetails"] == {"deliveryMedium": "EMAIL", "destination": "a***@e***"}
    code = app.place.code()
    with pytest.raises(ClientRefused, match=r"^CodeMismatchException: Invalid code or auth state for the user\.$"):
        app.confirm(wrong(code))
    assert app.confirm(code) == DONE


@pytest.mark.parametrize("choice", ["EMAIL_OTP", "PASSWORD_SRP", "PASSWORD"])
def test_a_user_chooses_how_to_sign_in(node: NodeClient, shared: Server, choice: str) -> None:
    app = Application(node, Place(shared, Policies=BY_EMAIL))
    app.place.user()
    asked = app.sign_in(None, **CHOICE)["nextStep"]
    assert asked["signInStep"] == "CONTINUE_SIGN_IN_WITH_FIRST_FACTOR_SELECTION"
    assert sorted(asked["availableChallenges"]) == ["EMAIL_OTP", "PASSWORD", "PASSWORD_SRP"]
    step = app.confirm(choice)["nextStep"]["signInStep"]
    mail = choice == "EMAIL_OTP"
    assert step == ("CONFIRM_SIGN_IN_WITH_EMAIL_CODE" if mail else "CONFIRM_SIGN_IN_WITH_PASSWORD")
    assert app.confirm(app.place.code() if mail else PASSWORD) == DONE
    assert app.claims()["username"] == "ana"


@BY_PASSWORD
def test_an_authenticator_app_is_set_up_and_asked_for(app: Application, options: dict[str, str]) -> None:
    app.place.mfa("OPTIONAL")
    app.place.user()
    app.sign_in()
    phone = app.with_app()
    app.call("signOut")
    asked = {"isSignedIn": False, "nextStep": {"signInStep": "CONFIRM_SIGN_IN_WITH_TOTP_CODE"}}
    assert app.sign_in(**options) == asked
    code = phone.code()
    with pytest.raises(ClientRefused, match=r"^CodeMismatchException: Invalid code received for user$"):
        app.confirm(wrong(code))
    assert app.confirm(code) == DONE


def test_an_authenticator_app_is_set_up_while_signing_in(app: Application) -> None:
    app.place.mfa("ON")
    app.place.user()
    asked = app.sign_in()["nextStep"]
    assert asked["signInStep"] == "CONTINUE_SIGN_IN_WITH_TOTP_SETUP"
    phone = Authenticator(app.place.server, asked["totpSetupDetails"]["sharedSecret"])
    with pytest.raises(ClientRefused, match=WRONG_APP):
        app.confirm(wrong(phone.code()))
    assert app.confirm(phone.code()) == DONE
    assert app.call("fetchMFAPreference")["enabled"] == ["TOTP"]


@pytest.mark.parametrize("factor", ["SMS", "TOTP"])
def test_a_user_chooses_between_two_factors(app: Application, factor: str) -> None:
    app.place.mfa("OPTIONAL")
    app.place.user(phone_number="+15555550100", phone_number_verified="true")
    app.sign_in()
    phone = app.with_app()
    app.call("updateMFAPreference", {"sms": "ENABLED", "totp": "NOT_PREFERRED"})
    app.call("signOut")
    asked = app.sign_in()["nextStep"]
    assert asked["signInStep"] == "CONTINUE_SIGN_IN_WITH_MFA_SELECTION"
    assert sorted(asked["allowedMFATypes"]) == ["SMS", "TOTP"]
    assert app.confirm(factor)["nextStep"]["signInStep"] == f"CONFIRM_SIGN_IN_WITH_{factor}_CODE"
    assert app.confirm(app.place.code() if factor == "SMS" else phone.code()) == DONE


def test_a_session_is_refreshed_when_forced(app: Application) -> None:
    app.place.user()
    app.sign_in()
    first = app.claims()
    assert app.claims() == first
    app.call("fetchAuthSession", {"forceRefresh": True})
    second = app.claims()
    assert second["jti"] != first["jti"]
    assert (second["origin_jti"], second["auth_time"]) == (first["origin_jti"], first["auth_time"])


def test_signing_out_ends_this_session_alone(app: Application) -> None:
    app.place.user()
    other = app.place.idp.initiate_auth(
        ClientId=app.place.client,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "ana", "PASSWORD": PASSWORD},
    )["AuthenticationResult"]["AccessToken"]
    app.sign_in()
    token = app.call("fetchAuthSession")["accessToken"]
    app.call("signOut")
    revoked(app.place, token)
    assert app.call("fetchAuthSession") is None
    assert app.place.idp.get_user(AccessToken=other)["Username"] == "ana"

    app.sign_in()
    app.call("signOut", {"global": True})
    revoked(app.place, other)


@pytest.mark.parametrize("options", [SRP, PLAIN], ids=["SRP", "PASSWORD"])
def test_a_remembered_device_signs_in_again_without_the_app(
    node: NodeClient, shared: Server, options: dict[str, str]
) -> None:
    asking = {"ChallengeRequiredOnNewDevice": True, "DeviceOnlyRememberedOnUserPrompt": True}
    app = Application(node, Place(shared, DeviceConfiguration=asking))
    app.place.mfa("OPTIONAL")
    app.place.user()
    app.sign_in(**options)
    key = app.claims()["device_key"]
    phone = app.with_app()
    app.call("signOut")
    assert app.sign_in(**options)["nextStep"] == {"signInStep": "CONFIRM_SIGN_IN_WITH_TOTP_CODE"}
    assert app.confirm(phone.code()) == DONE

    app.call("rememberDevice")
    assert [device["id"] for device in app.call("fetchDevices")] == [key]
    app.call("signOut")
    assert app.sign_in(**options) == DONE
    assert app.claims()["device_key"] == key
    app.call("fetchAuthSession", {"forceRefresh": True})
    assert app.claims()["device_key"] == key


@pytest.mark.parametrize("options", [SRP, PLAIN], ids=["SRP", "PASSWORD"])
def test_a_device_that_an_administrator_forgot_is_replaced(
    node: NodeClient, shared: Server, options: dict[str, str]
) -> None:
    always = {"ChallengeRequiredOnNewDevice": True, "DeviceOnlyRememberedOnUserPrompt": False}
    app = Application(node, Place(shared, DeviceConfiguration=always))
    app.place.user()
    app.sign_in(**options)
    key = app.claims()["device_key"]
    app.place.idp.admin_forget_device(UserPoolId=app.place.pool, Username="ana", DeviceKey=key)
    app.call("signOut")
    assert app.sign_in(**options) == DONE
    assert app.claims()["device_key"] != key
    app.call("forgetDevice")
    assert app.call("fetchDevices") == []
