"""The functions behind the triggers of custom challenges, which note what they are given, and a place that has them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from msgspec.structs import replace

from emulator.outside.lambdas import Functions
from emulator.outside.world import World
from tests.api.signing_in import begin
from tests.api.srp_client import SrpClient
from tests.builders import FLOWS, Api, a_client, a_pool

Json = dict[str, Any]

DEFINE, CREATE, VERIFY = "DefineAuthChallenge", "CreateAuthChallenge", "VerifyAuthChallengeResponse"
ROUND = [VERIFY, DEFINE, CREATE]
"""What is called for an answer that is followed by another challenge."""
ARN = "arn:aws:lambda:us-east-1:123456789012:function:"
ARNS = {name: ARN + name for name in (DEFINE, CREATE, VERIFY)}
CUSTOM_FLOWS = [*FLOWS, "ALLOW_CUSTOM_AUTH", "ALLOW_USER_SRP_AUTH"]
_TRIES = 3


def define(event: Json) -> Json:
    """The password first, where there is SRP_A; then one right answer out of three."""
    history = event["request"]["session"]
    wrong = [entry for entry in history if not entry["challengeResult"]]
    last = history[-1] if history else {"challengeName": None, "challengeResult": False}
    if last["challengeName"] == "SRP_A":
        event["response"] = {"challengeName": "PASSWORD_VERIFIER", "issueTokens": False, "failAuthentication": False}
    elif last["challengeName"] == "CUSTOM_CHALLENGE" and last["challengeResult"]:
        event["response"] = {"issueTokens": True, "failAuthentication": False}
    else:
        given_up = len(wrong) >= _TRIES
        event["response"] = {
            "challengeName": "CUSTOM_CHALLENGE",
            "issueTokens": False,
            "failAuthentication": given_up,
        }
    return event


def create(event: Json) -> Json:
    """A riddle that is another one each time: its number is public, and its answer is not."""
    number = len(event["request"]["session"]) + 1
    event["response"]["publicChallengeParameters"] = {"riddle": f"the {number}."}
    event["response"]["privateChallengeParameters"] = {"answer": f"hush-{number}"}
    event["response"]["challengeMetadata"] = f"RIDDLE-{number}"
    return event


def verify(event: Json) -> Json:
    """The answer has to be the private one."""
    request = event["request"]
    event["response"]["answerCorrect"] = request["challengeAnswer"] == request["privateChallengeParameters"]["answer"]
    return event


Function = Callable[[Json], Any]


def answering(**response: Any) -> Function:
    """A function that answers the same each time."""
    return lambda event: {**event, "response": response}


@dataclass
class Triggers:
    """What the three functions do, which tests may change, and the events that they were given, oldest first."""

    does: dict[str, Function] = field(default_factory=lambda: {DEFINE: define, CREATE: create, VERIFY: verify})
    events: list[Json] = field(default_factory=list)

    @property
    def called(self) -> list[str]:
        """Which triggers were called since this was asked last."""
        names = [event["triggerSource"].partition("_")[0] for event in self.events]
        self.events.clear()
        return names

    def of(self, trigger: str) -> list[Json]:
        """The requests of the events that a trigger was given."""
        return [event["request"] for event in self.events if event["triggerSource"].startswith(trigger)]

    def in_world(self, world: World) -> World:
        """A world that runs the functions."""
        return replace(world, lambdas=Functions({arn: self.runs(name) for name, arn in ARNS.items()}))

    def runs(self, name: str) -> Function:
        """The function of a trigger, which notes its events."""

        def run(event: Json) -> Any:
            self.events.append(json.loads(json.dumps(event)))
            return self.does[name](event)

        return run


@dataclass
class Place:
    """A pool that has the three triggers, and a client that allows CUSTOM_AUTH."""

    api: Api
    pool: str
    client: str

    @property
    def web(self) -> SrpClient:
        """The client, as one that knows SRP."""
        return SrpClient(self.api, self.pool, self.client)

    def begin(self, username: str = "ana", **parameters: str) -> Json:
        """InitiateAuth."""
        return begin(self.api, self.client, "CUSTOM_AUTH", USERNAME=username, **parameters)

    def answer(self, challenge: Json, answer: str = "hush-1", username: str = "ana", **members: Any) -> Json:
        """Answer a riddle."""
        return self.respond(challenge, {"USERNAME": username, "ANSWER": answer}, **members)

    def respond(self, challenge: Json, responses: dict[str, str], **members: Any) -> Json:
        """RespondToAuthChallenge."""
        given = {"ClientId": self.client, "ChallengeName": challenge["ChallengeName"], "ChallengeResponses": responses}
        return self.api.idp("RespondToAuthChallenge", Session=challenge["Session"], **given, **members)


def a_place(api: Api, users: str = "LEGACY", **pool: Any) -> Place:
    """A place; LEGACY tells who exists."""
    made = a_pool(api, LambdaConfig=ARNS, **pool)
    client = a_client(api, made, ExplicitAuthFlows=CUSTOM_FLOWS, PreventUserExistenceErrors=users)
    return Place(api, made, client)
