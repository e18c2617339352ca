"""A pool that has every trigger, in which users and administrators do things."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.api.choosing import policy
from tests.api.lambda_functions import create, define, verify
from tests.api.recorded_functions import Function, Json, Recorder, answering, configured, same
from tests.api.second_factors import SNS
from tests.builders import FLOWS, Api, a_client, a_pool, a_user

METADATA = {"shop": "7"}
VALIDATION = {"captcha": "ok"}
PHONES = {name: f"+1555555{number}" for number, name in enumerate(("ana", "bea", "cleo", "mia", "new"), 1000)}
MEDIUMS = {"email": "EMAIL", "phone_number": "SMS"}
SENDERS: dict[str, Json] = {
    trigger: {"LambdaVersion": "V1_0", "LambdaArn": arn}
    for trigger, arn in configured("CustomEmailSender", "CustomSMSSender").items()
}
KEY = "arn:aws:kms:us-east-1:123456789012:key/1234"
DOES: dict[str, Function] = {
    **dict.fromkeys(("PreSignUp", "PostConfirmation", "CustomMessage"), same),
    **dict.fromkeys(("PreAuthentication", "PostAuthentication", "PreTokenGeneration"), same),
    "DefineAuthChallenge": define,
    "CreateAuthChallenge": create,
    "VerifyAuthChallengeResponse": verify,
    **dict.fromkeys(SENDERS, same),
}


def contact(kind: str, name: str) -> dict[str, str]:
    """Where somebody is reached: by their e-mail address or phone number."""
    return {kind: f"{name}@example.com" if kind == "email" else PHONES[name]}


def reached(kind: str, name: str) -> dict[str, str]:
    """The same, verified."""
    return contact(kind, name) | {f"{kind}_verified": "true"}


@dataclass
class Shop:
    """The pool, a client of it, and what its triggers were called with since the last call, by trigger.

    `kind` is the attribute by which its users are reached.
    """

    api: Api
    pool: str
    client: str
    kind: str = "email"
    settings: Json = field(default_factory=dict)
    seen: list[tuple[str, Json]] = field(default_factory=list)

    def on(self, recorder: Recorder, trigger: str, does: Function) -> None:
        """Let a trigger's function do that."""

        def run(event: Json) -> Any:
            self.seen.append((trigger, recorder.events[-1]))
            return does(event)

        recorder.on(trigger, run)

    def ask(self, operation: str, **members: Any) -> Json:
        """The call that is looked at."""
        self.seen.clear()
        return self.api.idp(operation, ClientMetadata=METADATA, **members)

    def begin(self, admin: bool, flow: str, **parameters: str) -> Json:
        """InitiateAuth."""
        members = {"ClientId": self.client, "AuthFlow": flow, "AuthParameters": parameters}
        return (
            self.ask("AdminInitiateAuth", UserPoolId=self.pool, **members)
            if admin
            else self.ask("InitiateAuth", **members)
        )

    def answer(self, admin: bool, challenge: Json, username: str = "ana", **responses: str) -> Json:
        """RespondToAuthChallenge."""
        members = {
            "ClientId": self.client,
            "ChallengeName": challenge["ChallengeName"],
            "ChallengeResponses": {"USERNAME": username, **responses},
            **({"Session": challenge["Session"]} if "Session" in challenge else {}),
        }
        if admin:
            return self.ask("AdminRespondToAuthChallenge", UserPoolId=self.pool, **members)
        return self.ask("RespondToAuthChallenge", **members)

    def mint(self) -> None:
        """POST /_emulator/tokens."""
        self.seen.clear()
        asked = {"pool": self.pool, "client": self.client, "user": "ana"}
        assert self.api.http.post("/_emulator/tokens", json=asked).status_code == 200

    def change(self, **settings: Any) -> None:
        """UpdateUserPool."""
        self.api.idp("UpdateUserPool", UserPoolId=self.pool, **{**self.settings, **settings})


TOKENS = {"LambdaVersion": "V3_0", "LambdaArn": configured("PreTokenGeneration")["PreTokenGeneration"]}
TRIGGERS = {*DOES, "UserMigration"} - {"PreTokenGeneration", *SENDERS}
CONFIG: Json = {**configured(*TRIGGERS), "PreTokenGenerationConfig": TOKENS}


def a_shop(api: Api, recorder: Recorder, kind: str = "email", *senders: str) -> Shop:
    """The shop, with Ana in it; these senders send for it."""
    config = CONFIG | {sender: SENDERS[sender] for sender in senders} | ({"KMSKeyID": KEY} if senders else {})
    settings: Json = {"LambdaConfig": config, "AutoVerifiedAttributes": [kind], "SmsConfiguration": SNS}
    settings |= policy("PASSWORD", f"{MEDIUMS[kind]}_OTP")
    pool = a_pool(api, **settings)
    flows = [*FLOWS, "ALLOW_USER_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_CUSTOM_AUTH"]
    client = a_client(api, pool, ExplicitAuthFlows=flows, PreventUserExistenceErrors="ENABLED")
    shop = Shop(api, pool, client, kind, settings=settings)
    knows = {"finalUserStatus": "CONFIRMED", "desiredDeliveryMediums": [MEDIUMS[kind]]}
    for trigger, does in {**DOES, "UserMigration": answering(userAttributes=reached(kind, "mia"), **knows)}.items():
        shop.on(recorder, trigger, does)
    a_user(api, pool, **reached(kind, "ana"))
    return shop
