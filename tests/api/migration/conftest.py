"""What every test of UserMigration stands in: a function that knows Ana, and a pool that does not yet."""

from __future__ import annotations

import pytest

from emulator.outside.world import World
from tests.api.recorded_functions import Place, Recorder, a_place
from tests.api.recorded_functions import answering as knowing
from tests.builders import FLOWS, Api

ANA = {"email": "ana@example.com", "email_verified": "true"}
CONFIRMED = {"finalUserStatus": "CONFIRMED", "messageAction": "SUPPRESS"}


@pytest.fixture
def functions() -> Recorder:
    """The function, which lets Ana in at once."""
    functions = Recorder()
    functions.on("UserMigration", knowing(userAttributes=ANA, **CONFIRMED))
    return functions


@pytest.fixture
def world(world: World, functions: Recorder) -> World:
    """A world that runs it."""
    return functions.in_world(world)


@pytest.fixture
def place(api: Api) -> Place:
    """A place whose client tells who exists."""
    return a_place(api, "UserMigration", client={"ExplicitAuthFlows": FLOWS, "PreventUserExistenceErrors": "LEGACY"})


@pytest.fixture
def discreet(api: Api) -> Place:
    """A place whose client hides who exists, and lets users choose how they sign in."""
    flows = [*FLOWS, "ALLOW_USER_AUTH", "ALLOW_USER_SRP_AUTH"]
    client = {"ExplicitAuthFlows": flows, "PreventUserExistenceErrors": "ENABLED"}
    return a_place(api, "UserMigration", client=client)
