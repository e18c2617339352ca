"""Places where a challenge of a sign-in is met: a pool, a client, and two people who have what it asks for."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from emulator.outside.lambdas import Functions
from keys import totp
from tests.api.signing_in import a_newcomer, begin
from tests.api.srp_client import SrpClient, padded, verifier
from tests.builders import FLOWS, Api, a_client, a_pool, a_user, sign_in
from tests.keys.authenticator import Authenticator

DEVICE_SECRET = "a device's secret"
PEOPLE = {"ana": "+15555550101", "bob": "+15555550102"}
"""Those who sign in, and their phone numbers."""

Challenge = dict[str, Any]
Responses = dict[str, str]

_SMS = {"SmsConfiguration": {"SnsCallerArn": "arn:aws:iam::123456789012:role/sms", "ExternalId": "x"}}
_ALL_FLOWS = [*FLOWS, "ALLOW_USER_SRP_AUTH", "ALLOW_USER_AUTH", "ALLOW_CUSTOM_AUTH"]


@dataclass
class Place:
    """A pool and a client where both people meet the challenge, and what their apps keep for it."""

    api: Api
    pool: str
    client: str
    kept: dict[str, Any] = field(default_factory=dict)

    @property
    def web(self) -> SrpClient:
        """The client, as one that knows SRP."""
        return SrpClient(self.api, self.pool, self.client)

    def answer(self, name: str, session: str | None, responses: Responses) -> Challenge:
        """RespondToAuthChallenge, or its Admin twin where only that may."""
        members: dict[str, Any] = {"ClientId": self.client, "ChallengeName": name, "ChallengeResponses": responses}
        members |= {"Session": session} if session else {}
        if name == "ADMIN_NO_SRP_AUTH":
            return self.api.idp("AdminRespondToAuthChallenge", UserPoolId=self.pool, **members)
        return self.api.idp("RespondToAuthChallenge", **members)

    def choose(self, username: str, **parameters: str) -> Challenge:
        """Begin USER_AUTH."""
        return begin(self.api, self.client, "USER_AUTH", USERNAME=username, **parameters)


def plain(api: Api, **pool: Any) -> Place:
    """A pool with Ana and Bob, whose addresses are verified."""
    made = a_pool(api, **pool)
    for username, phone in PEOPLE.items():
        proved = {"email_verified": "true", "phone_number_verified": "true"}
        a_user(api, made, username, email=f"{username}@example.com", phone_number=phone, **proved)
    return Place(api, made, a_client(api, made, ExplicitAuthFlows=_ALL_FLOWS))


def with_temporary_passwords(api: Api) -> Place:
    """Both were invited."""
    pool = a_pool(api)
    for username in PEOPLE:
        a_newcomer(api, pool, username)
    return Place(api, pool, a_client(api, pool))


def with_choice(api: Api) -> Place:
    """A pool that allows every first factor."""
    factors = ["PASSWORD", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN"]
    return plain(api, Policies={"SignInPolicy": {"AllowedFirstAuthFactors": factors}}, **_SMS)


def with_passkeys(api: Api) -> Place:
    """The same, where both have a passkey."""
    place = with_choice(api)
    configuration = {"RelyingPartyId": "localhost"}
    api.idp("SetUserPoolMfaConfig", UserPoolId=place.pool, WebAuthnConfiguration=configuration)
    for username in PEOPLE:
        token = sign_in(api, place.client, username)["AccessToken"]
        options = api.idp("StartWebAuthnRegistration", AccessToken=token)["CredentialCreationOptions"]
        place.kept[username] = Authenticator(seed=username)
        credential = place.kept[username].create(options)
        api.idp("CompleteWebAuthnRegistration", AccessToken=token, Credential=credential)
    return place


def with_factors(*factors: str) -> Callable[[Api], Place]:
    """A place where both have those second factors, none preferred."""

    def settle(api: Api) -> Place:
        email = {"EmailSendingAccount": "DEVELOPER", "SourceArn": "arn:aws:ses:us-east-1:123456789012:identity/a@b.co"}
        recovery = {"RecoveryMechanisms": [{"Priority": 1, "Name": "admin_only"}]}
        place = plain(api, EmailConfiguration=email, AccountRecoverySetting=recovery)
        methods = {
            "SoftwareTokenMfaConfiguration": {"Enabled": True},
            "SmsMfaConfiguration": _SMS,
            "EmailMfaConfiguration": {"Message": "Your code is {####}", "Subject": "Your code"},
        }
        api.idp("SetUserPoolMfaConfig", UserPoolId=place.pool, MfaConfiguration="OPTIONAL", **methods)
        for username in PEOPLE:
            if "SoftwareTokenMfaSettings" in factors:
                _enrol(place, username)
            settings = {factor: {"Enabled": True} for factor in factors}
            api.idp("AdminSetUserMFAPreference", UserPoolId=place.pool, Username=username, **settings)
        return place

    return settle


def _enrol(place: Place, username: str) -> None:
    """A software token, whose codes are good from the next time step on."""
    token = sign_in(place.api, place.client, username)["AccessToken"]
    secret = place.api.idp("AssociateSoftwareToken", AccessToken=token)["SecretCode"]
    place.kept[username] = secret
    place.api.idp("VerifySoftwareToken", AccessToken=token, UserCode=totp_of(place, username))


def requiring_mfa(api: Api) -> Place:
    """A pool that requires a software token, which neither has."""
    place = plain(api)
    factors = {"SoftwareTokenMfaConfiguration": {"Enabled": True}}
    api.idp("SetUserPoolMfaConfig", UserPoolId=place.pool, MfaConfiguration="ON", **factors)
    return place


def totp_of(place: Place, username: str) -> str:
    """The code that somebody's software token shows."""
    return totp.code(place.kept[username], totp.step(place.api.world.clock.now()))


def with_devices(api: Api) -> Place:
    """A place where both have a device that is remembered."""
    tracking = {"ChallengeRequiredOnNewDevice": True, "DeviceOnlyRememberedOnUserPrompt": False}
    place = plain(api, DeviceConfiguration=tracking)
    for username in PEOPLE:
        tokens = sign_in(api, place.client, username)
        key, group = (tokens["NewDeviceMetadata"][name] for name in ("DeviceKey", "DeviceGroupKey"))
        secret = {"Salt": 0xF00D, "PasswordVerifier": verifier(group + key, DEVICE_SECRET, 0xF00D)}
        encoded = {name: base64.b64encode(padded(number)).decode() for name, number in secret.items()}
        members = {"AccessToken": tokens["AccessToken"], "DeviceKey": key, "DeviceSecretVerifierConfig": encoded}
        api.idp("ConfirmDevice", **members)
        place.kept[username] = (key, group)
    return place


def with_functions(api: Api) -> Place:
    """A pool whose triggers ask a riddle once, after the password where the app begins with SRP_A."""
    lambdas = api.world.lambdas
    assert isinstance(lambdas, Functions)
    lambdas.functions |= {"define": _define, "create": _create, "verify": _verify}
    arn = "arn:aws:lambda:us-east-1:123456789012:function:"
    triggers = {"DefineAuthChallenge": "define", "CreateAuthChallenge": "create"}
    triggers["VerifyAuthChallengeResponse"] = "verify"
    return plain(api, LambdaConfig={trigger: arn + name for trigger, name in triggers.items()})


def _define(event: dict[str, Any]) -> dict[str, Any]:
    session = event["request"]["session"]
    asked = [entry["challengeName"] for entry in session]
    if not all(entry["challengeResult"] for entry in session):
        return {**event, "response": {"issueTokens": False, "failAuthentication": True}}
    name = "PASSWORD_VERIFIER" if asked == ["SRP_A"] else "CUSTOM_CHALLENGE"
    done = "CUSTOM_CHALLENGE" in asked
    return {**event, "response": {"issueTokens": done, "failAuthentication": False, "challengeName": name}}


def _create(event: dict[str, Any]) -> dict[str, Any]:
    private = {"answer": event["userName"][::-1]}
    return {**event, "response": {"publicChallengeParameters": {}, "privateChallengeParameters": private}}


def _verify(event: dict[str, Any]) -> dict[str, Any]:
    request = event["request"]
    right = request["challengeAnswer"] == request["privateChallengeParameters"]["answer"]
    return {**event, "response": {"answerCorrect": right}}
