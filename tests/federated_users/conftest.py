"""A town with identity providers, in a world that runs functions of triggers."""

from __future__ import annotations

import pytest

from emulator.outside.world import World
from storage.store import Store
from tests.api.recorded_functions import Recorder
from tests.builders import Api
from tests.federated_users.arriving import Town


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
def world(world: World, recorder: Recorder) -> World:
    return recorder.in_world(world)


@pytest.fixture
def town(api: Api, store: Store) -> Town:
    return Town.of(api, store)
