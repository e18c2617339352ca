"""What every test of CUSTOM_AUTH stands in: triggers that a test may change, a world that runs them, and Ana."""

from __future__ import annotations

import pytest

from emulator.outside.world import World
from tests.api.lambda_functions import Place, Triggers, a_place
from tests.builders import Api, a_user


@pytest.fixture
def triggers() -> Triggers:
    """What the triggers do."""
    return Triggers()


@pytest.fixture
def world(world: World, triggers: Triggers) -> World:
    """A world that runs them."""
    return triggers.in_world(world)


@pytest.fixture
def place(api: Api) -> Place:
    """A place, and Ana."""
    place = a_place(api)
    a_user(api, place.pool, email="ana@example.com")
    return place
