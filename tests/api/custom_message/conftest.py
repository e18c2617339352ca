"""What every test of CustomMessage stands in: a function that has words of its own, Ana and Bea."""

from __future__ import annotations

import pytest

from emulator.outside.world import World
from tests.api.custom_message.acts import ANA, WORDS
from tests.api.people import sign_up
from tests.api.recorded_functions import Place, Recorder, a_place, configured
from tests.builders import Api, a_user


@pytest.fixture
def recorder() -> Recorder:
    """CustomMessage, with words of its own."""
    recorder = Recorder()
    recorder.on("CustomMessage", WORDS)
    return recorder


@pytest.fixture
def world(world: World, recorder: Recorder) -> World:
    return recorder.in_world(world)


@pytest.fixture
def place(api: Api) -> Place:
    """A pool in which Ana can sign in, and Bea waits for her confirmation; CustomMessage comes to it now."""
    place = a_place(api)
    a_user(api, place.pool, **ANA)
    sign_up(api, place.client, "bea", email="bea@example.com")
    api.idp(
        "UpdateUserPool",
        UserPoolId=place.pool,
        AutoVerifiedAttributes=["email"],
        LambdaConfig=configured("CustomMessage"),
    )
    return place
