"""Functions behind triggers that note the events they are given, and the ways in which functions fail."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from msgspec.structs import replace

from emulator.outside.lambdas import Functions
from emulator.outside.world import World
from tests.builders import Api, a_client, a_pool

Json = dict[str, Any]
Function = Callable[[Json], Any]

ARN = "arn:aws:lambda:us-east-1:123456789012:function:"


def configured(*triggers: str) -> dict[str, str]:
    """LambdaConfig, with a function for each of these triggers that has the trigger's name."""
    return {trigger: ARN + trigger for trigger in triggers}


def answering(**response: Any) -> Callable[[Json], Json]:
    """A function that answers this, and what the event came with."""
    return lambda event: {**event, "response": {**event["response"], **response}}


def refusing(message: str) -> Function:
    """A function that raises."""

    def refuse(_event: Json) -> Any:
        raise ValueError(message)

    return refuse


def saying(answer: Any) -> Function:
    """A function that answers this, whatever it is asked."""
    return lambda _event: answer


def same(event: Json) -> Json:
    """A function that says nothing."""
    return event


def too_slow(_event: Json) -> Any:
    """A function that does not answer in time."""
    raise TimeoutError


@dataclass
class Recorder:
    """Functions by the name of their trigger, and the events that they were given, oldest first."""

    lambdas: Functions = field(default_factory=Functions)
    events: list[Json] = field(default_factory=list)

    def on(self, trigger: str, does: Function) -> None:
        """Let a trigger's function do that."""

        def run(event: Json) -> Any:
            self.events.append(json.loads(json.dumps(event)))
            return does(event)

        self.lambdas.functions[trigger] = run

    def fails(self, trigger: str, does: Function | None) -> None:
        """Let a trigger's function fail in one of its ways; None takes it away."""
        if does is None:
            del self.lambdas.functions[trigger]
        else:
            self.on(trigger, does)

    @property
    def sources(self) -> list[str]:
        """The sources of the events."""
        return [event["triggerSource"] for event in self.events]

    def in_world(self, world: World) -> World:
        """A world that runs the functions."""
        return replace(world, lambdas=self.lambdas)


@pytest.fixture
def recorder() -> Recorder:
    """The functions of triggers."""
    return Recorder()


@pytest.fixture(name="world")
def recording_world(world: World, recorder: Recorder) -> World:
    """A world that runs them."""
    return recorder.in_world(world)


_UNREADABLE = "InvalidLambdaResponseException: Unrecognizable lambda output"
_NULL = "InvalidLambdaResponseException: Invalid lambda function output : Invalid JSON"
NONSENSE: list[Any] = [None, 7, [], "no", {}, {"response": None}, {"response": [1]}, {"errorMessage": "no"}, {1, 2}]

FAILURES: list[tuple[str, Function | None, str]] = [
    ("raises", refusing("No"), "UserLambdaValidationException: {} failed with error No."),
    ("missing", None, "UnexpectedLambdaException: {} invocation failed due to error ResourceNotFoundException."),
    (
        "slow",
        too_slow,
        "UnexpectedLambdaException: {} invocation failed due to error Socket timeout while invoking Lambda function.",
    ),
    *((f"answers {answer}", saying(answer), _NULL if answer is None else _UNREADABLE) for answer in NONSENSE),
]
"""How a function fails (None: there is none), and what the caller is told, with the trigger's name to fill in."""

OF_MIGRATION = [row for row in FAILURES if row[0] not in ("answers None", "answers {}")]
"""Those of UserMigration, where an answer of nothing is a user whom nobody knows."""

EVERY_FAILURE = pytest.mark.parametrize(("does", "told"), [pytest.param(*row[1:], id=row[0]) for row in FAILURES])


@dataclass
class Place:
    """A pool with triggers, and a client."""

    api: Api
    pool: str
    client: str

    def people(self) -> Any:
        """Everything that can be seen of the pool's users, and how many messages went out."""
        return self.api.idp("ListUsers", UserPoolId=self.pool)["Users"], len(self.api.world.mailbox.messages())

    def event(self, client: str, source: str, request: Json, response: Json, username: str = "ana") -> Json:
        """An event, whole."""
        return {
            "version": "1",
            "region": "us-east-1",
            "userPoolId": self.pool,
            "userName": username,
            "callerContext": {"awsSdkVersion": "aws-sdk-unknown-unknown", "clientId": client},
            "triggerSource": source,
            "request": request,
            "response": response,
        }


def a_place(api: Api, *triggers: str, client: Json | None = None, **pool: Any) -> Place:
    """A place; its pool has these triggers, and verifies e-mail addresses."""
    made = a_pool(api, LambdaConfig=configured(*triggers), **{"AutoVerifiedAttributes": ["email"], **pool})
    return Place(api, made, a_client(api, made, **(client or {})))
