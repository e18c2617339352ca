"""The moments of the test's store."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from emulator.outside import secrets_manager
from emulator.outside.http import CannedHttp
from emulator.outside.lambdas import Functions
from emulator.outside.world import World
from storage.store import Store
from tests.api.meanwhile.moments import Moments
from tests.secrets_manager import ENDPOINT, LocalSecretsManager


@pytest.fixture
def moments(store: Store) -> Moments:
    """When units of the store let go of it."""
    return Moments(store)


@pytest.fixture
def world(world: World) -> World:
    """A world that runs functions, in which providers publish their keys and clients their secrets."""
    manager = secrets_manager.configured(ENDPOINT, world.clock.stamp, {}, LocalSecretsManager())
    return replace(world, lambdas=Functions(), http=CannedHttp(), secrets_manager=manager)
