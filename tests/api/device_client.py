"""A device that an app runs on, as Cognito's clients make one: confirmed with a verifier, proved by SRP."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from typing import Any

from keys.srp import G, N
from tests.api.srp_client import SRP_A, SrpClient, an_app, claim, hashed, padded, timestamp
from tests.builders import Api, a_pool, a_user, unpaired

ALWAYS = {"ChallengeRequiredOnNewDevice": True, "DeviceOnlyRememberedOnUserPrompt": False}
OPT_IN = {"ChallengeRequiredOnNewDevice": True, "DeviceOnlyRememberedOnUserPrompt": True}
RECKLESS = {"ChallengeRequiredOnNewDevice": False, "DeviceOnlyRememberedOnUserPrompt": False}
A_KEY = "us-east-1_a1b2c3d4-5678-90ab-cdef-0123456789ab"
NONE = "ResourceNotFoundException: Device does not exist."
SALT = bytes.fromhex("f0e1d2c3b4a5968778695a4b3c2d1e0f")
SECRET = "ZGV2aWNlLXBhc3N3b3JkLWZvci10ZXN0cy1vbmx5ISE="


def text(number: int) -> str:
    """Base64 of a padded number, as ConfirmDevice takes them."""
    return base64.b64encode(padded(number)).decode()


@dataclass
class Device:
    """What an app keeps of the device it runs on, and the tokens that it got there."""

    web: SrpClient
    key: str
    group_key: str
    tokens: dict[str, Any]
    secret: str = SECRET

    @property
    def verifier(self) -> dict[str, str]:
        """DeviceSecretVerifierConfig."""
        salt = int.from_bytes(SALT, "big")
        inner = hashlib.sha256(f"{self.group_key}{self.key}:{self.secret}".encode()).digest()
        return {"PasswordVerifier": text(pow(G, hashed(padded(salt), inner), N)), "Salt": text(salt)}

    def confirm(self, **members: Any) -> dict[str, Any]:
        """ConfirmDevice."""
        given = {"DeviceKey": self.key, "DeviceSecretVerifierConfig": self.verifier, **members}
        named = {name: value for name, value in given.items() if value is not None}
        return self.web.api.idp("ConfirmDevice", AccessToken=self.tokens["AccessToken"], **named)

    def call(self, operation: str, **members: Any) -> dict[str, Any]:
        """One of the operations that a signed-in user has for this device."""
        access_token = self.tokens["AccessToken"]
        return self.web.api.idp(operation, AccessToken=access_token, DeviceKey=self.key, **members)

    def remember(self, status: str = "remembered") -> None:
        """UpdateDeviceStatus."""
        self.call("UpdateDeviceStatus", DeviceRememberedStatus=status)

    def enter(self, **parameters: str) -> dict[str, Any]:
        """Sign in by SRP from this device: the tokens, or what comes next."""
        challenge = self.web.begin("ana", **parameters)
        return self.web.prove(challenge, DEVICE_KEY=self.key)

    def answer(self, name: str, session: str | None, pool: str = "", **responses: str | None) -> dict[str, Any]:
        """RespondToAuthChallenge, as an administrator where a pool is named; None leaves a response out."""
        given = {"USERNAME": "ana", "DEVICE_KEY": self.key, **responses}
        members: dict[str, Any] = {
            "ClientId": self.web.client,
            "ChallengeName": name,
            "ChallengeResponses": {name: value for name, value in given.items() if value is not None},
        }
        members |= {"Session": session} if session else {}
        if pool:
            return self.web.api.idp("AdminRespondToAuthChallenge", UserPoolId=pool, **members)
        return self.web.api.idp("RespondToAuthChallenge", **members)

    def begin(self, challenge: dict[str, Any], **responses: str | None) -> dict[str, Any]:
        """Answer DEVICE_SRP_AUTH; what comes next is DEVICE_PASSWORD_VERIFIER."""
        return self.answer("DEVICE_SRP_AUTH", challenge.get("Session"), "", **{"SRP_A": SRP_A, **responses})

    def proof(self, challenge: dict[str, Any], secret: str = "") -> dict[str, str]:
        """The responses that prove the device."""
        parameters, moment = challenge["ChallengeParameters"], timestamp(self.web.api.world.clock.now())
        return {
            "USERNAME": parameters["USERNAME"],
            "PASSWORD_CLAIM_SECRET_BLOCK": parameters["SECRET_BLOCK"],
            "PASSWORD_CLAIM_SIGNATURE": claim(self.group_key + self.key, secret or self.secret, parameters, moment),
            "TIMESTAMP": moment,
        }

    def prove(self, challenge: dict[str, Any], pool: str = "", **responses: str | None) -> dict[str, Any]:
        """Answer DEVICE_PASSWORD_VERIFIER."""
        given: dict[str, str | None] = {**self.proof(challenge), **responses}
        return self.answer("DEVICE_PASSWORD_VERIFIER", challenge.get("Session"), pool, **given)

    def sign_in(self) -> dict[str, Any]:
        """Sign in by SRP from this device, which is remembered, to the tokens."""
        return dict(self.prove(self.begin(self.enter()))["AuthenticationResult"])


def a_new_device(web: SrpClient, username: str = "ana") -> Device:
    """A device that the pool has not met before, with the tokens of its sign-in."""
    tokens = web.sign_in(username)["AuthenticationResult"]
    new = tokens["NewDeviceMetadata"]
    return Device(web, new["DeviceKey"], new["DeviceGroupKey"], tokens)


def a_device(web: SrpClient, username: str = "ana", **members: Any) -> Device:
    """A confirmed device."""
    device = a_new_device(web, username)
    device.confirm(**members)
    return device


def a_place(api: Api, configuration: dict[str, bool] | None = None, **members: Any) -> SrpClient:
    """An app of a pool that tracks devices, with Ana and Bob."""
    pool = a_pool(api, DeviceConfiguration=ALWAYS if configuration is None else configuration, **members)
    web = an_app(api, pool)
    for username in ("ana", "bob"):
        a_user(api, pool, username)
    return web


def track(api: Api, pool: str, configuration: dict[str, bool] | None) -> None:
    """Change which devices a pool tracks; None ends it."""
    api.idp("UpdateUserPool", UserPoolId=pool, **({"DeviceConfiguration": configuration} if configuration else {}))


def administer(web: SrpClient, operation: str, username: str = "ana", **members: Any) -> dict[str, Any]:
    """One of the operations that administrators have for the devices of users."""
    return web.api.idp(operation, UserPoolId=web.pool, Username=username, **members)


def attributes(device: dict[str, Any]) -> dict[str, str]:
    """The attributes of a DeviceType, by name."""
    return unpaired(device["DeviceAttributes"])
