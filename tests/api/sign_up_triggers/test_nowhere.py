"""A trigger whose function runs nowhere, where others do: the call is refused, and nothing is kept."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from emulator.outside.functions import Routed
from emulator.outside.world import World
from tests.api.people import confirm, refused, runs_nowhere, sign_up, status_of
from tests.api.recorded_functions import Place, Recorder, answering
from tests.builders import Api


@pytest.fixture
def world(world: World, functions: Recorder) -> World:
    """A world that runs PreSignUp, and knows of no PostConfirmation."""
    return replace(world, lambdas=Routed({"PreSignUp": functions.lambdas}))


def test_nobody_is_confirmed_by_a_code(api: Api, place: Place) -> None:
    sign_up(api, place.client, email="ana@example.com")
    with refused(*runs_nowhere("PostConfirmation")):
        confirm(api, place.client, api.code(user="ana"))
    assert status_of(api, place.pool) == "UNCONFIRMED"


def test_nobody_is_signed_up(api: Api, place: Place, functions: Recorder) -> None:
    functions.on("PreSignUp", answering(autoConfirmUser=True))
    with refused(*runs_nowhere("PostConfirmation")):
        sign_up(api, place.client)
    assert place.people() == ([], 0)
