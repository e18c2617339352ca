"""What every test of PreSignUp and PostConfirmation stands in: functions that say nothing until a test lets them."""

from __future__ import annotations

import pytest

from emulator.outside.world import World
from tests.api.recorded_functions import Place, Recorder, a_place, same
from tests.builders import Api

BOTH = ("PreSignUp", "PostConfirmation")


@pytest.fixture
def functions() -> Recorder:
    """The functions."""
    functions = Recorder()
    for trigger in BOTH:
        functions.on(trigger, same)
    return functions


@pytest.fixture
def world(world: World, functions: Recorder) -> World:
    """A world that runs them."""
    return functions.in_world(world)


@pytest.fixture
def place(api: Api) -> Place:
    """A place that has them."""
    return a_place(api, *BOTH)
