"""The moments of the test's store."""

from __future__ import annotations

from dataclasses import replace

import pytest

from emulator.outside.http import CannedHttp
from emulator.outside.lambdas import Functions
from emulator.outside.world import World
from storage.store import Store
from tests.api.meanwhile.moments import Moments


@pytest.fixture
def moments(store: Store) -> Moments:
    """When units of the store let go of it."""
    return Moments(store)


@pytest.fixture
def world(world: World) -> World:
    """A world that runs functions, and in which providers publish their keys."""
    return replace(world, lambdas=Functions(), http=CannedHttp())
