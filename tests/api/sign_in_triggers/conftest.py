"""What every test of the triggers around a sign-in stands in: functions that say nothing until a test lets them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from emulator.outside.world import World
from tests.api.recorded_functions import Recorder, configured, same
from tests.builders import FLOWS, PASSWORD, Api, a_client, a_pool, a_user

ALL = ("PreAuthentication", "PostAuthentication", "PreTokenGeneration")
ANA = {"email": "ana@example.com", "email_verified": "true"}


@pytest.fixture
def functions() -> Recorder:
    """The functions."""
    functions = Recorder()
    for trigger in ALL:
        functions.on(trigger, same)
    return functions


@pytest.fixture
def world(world: World, functions: Recorder) -> World:
    """A world that runs them."""
    return functions.in_world(world)


@dataclass
class SignIns:
    """A pool with these triggers, a client of it, and Ana."""

    api: Api
    functions: Recorder
    pool: str
    client: str

    def enter(self, username: str = "ana", password: str = PASSWORD, **members: Any) -> dict[str, Any]:
        """InitiateAuth with a password."""
        parameters = {"USERNAME": username, "PASSWORD": password}
        begun = {"ClientId": self.client, "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": parameters}
        return self.api.idp("InitiateAuth", **begun, **members)

    @property
    def called(self) -> list[str]:
        """The triggers that were called, the oldest first, by source."""
        return [event["triggerSource"] for event in self.functions.events]


def a_place(api: Api, functions: Recorder, *triggers: str, version: str = "", **client: Any) -> SignIns:
    """A pool with those triggers; `version` is that of PreTokenGenerationConfig."""
    config: dict[str, Any] = configured(*triggers)
    if version:
        arn = config.pop("PreTokenGeneration")
        config["PreTokenGenerationConfig"] = {"LambdaVersion": version, "LambdaArn": arn}
    pool = a_pool(api, LambdaConfig=config)
    flows = [*FLOWS, "ALLOW_USER_SRP_AUTH", "ALLOW_USER_AUTH"]
    made = a_client(api, pool, **{"ExplicitAuthFlows": flows, **client})
    a_user(api, pool, **ANA)
    return SignIns(api, functions, pool, made)


@pytest.fixture
def place(api: Api, functions: Recorder) -> SignIns:
    """A place that has all three."""
    return a_place(api, functions, *ALL)
