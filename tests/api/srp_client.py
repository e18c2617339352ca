"""A client of SRP, as Cognito's are: with Python's own powers, and nothing of the server's arithmetic but constants."""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from keys.srp import G, K, N
from tests.api.signing_in import refusal
from tests.builders import FLOWS, PASSWORD, Api, a_client, a_pool

SECRET = int(hashlib.sha256(b"a client's secret").hexdigest(), 16)
SRP_A = f"{pow(G, SECRET, N):x}"
"""What the client of these tests begins with. The server draws anew each time; the client need not here."""


def timestamp(moment: float) -> str:
    """TIMESTAMP, as AWS's clients write it."""
    at = datetime.fromtimestamp(moment, UTC)
    return f"{at:%a %b} {at.day} {at:%H:%M:%S} UTC {at:%Y}"


def padded(number: int) -> bytes:
    """PAD: the hex digits, with a zero in front where they would look odd or negative."""
    digits = f"{number:x}"
    if len(digits) % 2:
        digits = "0" + digits
    elif digits[0] in "89abcdef":
        digits = "00" + digits
    return bytes.fromhex(digits)


def hashed(*parts: bytes) -> int:
    """SHA-256, as a number."""
    return int(hashlib.sha256(b"".join(parts)).hexdigest(), 16)


def verifier(identity: str, password: str, salt: int) -> int:
    """What a device is confirmed with: g to the power of x."""
    return pow(G, hashed(padded(salt), hashlib.sha256(f"{identity}:{password}".encode()).digest()), N)


def claim(identity: str, password: str, parameters: dict[str, str], moment: str, secret: int = SECRET) -> str:
    """PASSWORD_CLAIM_SIGNATURE for a challenge's parameters; `identity` is the pool's name and USER_ID_FOR_SRP."""
    public, salt = int(parameters["SRP_B"], 16), int(parameters["SALT"], 16)
    u = hashed(padded(pow(G, secret, N)), padded(public))
    x = hashed(padded(salt), hashlib.sha256(f"{identity}:{password}".encode()).digest())
    shared = pow((public - K * pow(G, x, N)) % N, secret + u * x, N)
    prk = hmac.digest(padded(u), padded(shared), hashlib.sha256)
    key = hmac.digest(prk, b"Caldera Derived Key\x01", hashlib.sha256)[:16]
    signed = identity.encode() + base64.b64decode(parameters["SECRET_BLOCK"]) + moment.encode()
    return base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


@dataclass
class SrpClient:
    """An app that signs in by SRP at one client of one pool; `admin` sends both calls as an administrator."""

    api: Api
    pool: str
    client: str
    admin: bool = False

    def begin(self, username: str = "ana", flow: str = "USER_SRP_AUTH", **parameters: str) -> dict[str, Any]:
        """InitiateAuth; a parameter that is empty is left out."""
        given = {"USERNAME": username, "SRP_A": SRP_A, **parameters}
        members: dict[str, Any] = {
            "ClientId": self.client,
            "AuthFlow": flow,
            "AuthParameters": {name: value for name, value in given.items() if value},
        }
        return self._call("InitiateAuth", members)

    def proof(self, challenge: dict[str, Any], password: str = PASSWORD, moment: str = "") -> dict[str, str]:
        """The responses that prove a password."""
        parameters = challenge["ChallengeParameters"]
        moment = moment or timestamp(self.api.world.clock.now())
        identity = self.pool.partition("_")[2] + parameters["USER_ID_FOR_SRP"]
        return {
            "USERNAME": parameters["USERNAME"],
            "PASSWORD_CLAIM_SECRET_BLOCK": parameters["SECRET_BLOCK"],
            "PASSWORD_CLAIM_SIGNATURE": claim(identity, password, parameters, moment),
            "TIMESTAMP": moment,
        }

    def answer(self, challenge: dict[str, Any], responses: dict[str, str]) -> dict[str, Any]:
        """RespondToAuthChallenge with the challenge's session, where it has one."""
        members: dict[str, Any] = {
            "ClientId": self.client,
            "ChallengeName": "PASSWORD_VERIFIER",
            "ChallengeResponses": responses,
        }
        members |= {"Session": challenge["Session"]} if "Session" in challenge else {}
        return self._call("RespondToAuthChallenge", members)

    def prove(self, challenge: dict[str, Any], password: str = PASSWORD, **changed: str | None) -> dict[str, Any]:
        """Answer PASSWORD_VERIFIER; responses may be changed, or left out by None."""
        given = {**self.proof(challenge, password), **changed}
        return self.answer(challenge, {name: value for name, value in given.items() if value is not None})

    def sign_in(self, username: str = "ana", password: str = PASSWORD, **parameters: str) -> dict[str, Any]:
        """Both halves: the tokens, or what comes next."""
        return self.prove(self.begin(username, **parameters), password)

    def _call(self, operation: str, members: dict[str, Any]) -> dict[str, Any]:
        if self.admin:
            return self.api.idp(f"Admin{operation}", UserPoolId=self.pool, **members)
        return self.api.idp(operation, **members)


def an_app(api: Api, pool: str = "", **client: Any) -> SrpClient:
    """An app client that allows SRP."""
    pool = pool or a_pool(api)
    return SrpClient(api, pool, a_client(api, pool, ExplicitAuthFlows=[*FLOWS, "ALLOW_USER_SRP_AUTH"], **client))


def attempt(web: SrpClient, username: str = "ana", password: str = PASSWORD, **parameters: str) -> str:
    """What a sign-in by SRP is refused with."""
    return refusal(lambda: web.sign_in(username, password, **parameters))
