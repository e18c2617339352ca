"""A Secrets Manager beside the server."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from emulator.outside import secrets_manager
from emulator.outside.world import World
from tests.secrets_manager import ENDPOINT, LocalSecretsManager


@pytest.fixture
def manager() -> LocalSecretsManager:
    """A Secrets Manager."""
    return LocalSecretsManager()


@pytest.fixture
def world(world: World, manager: LocalSecretsManager) -> World:
    """A world in which it is configured."""
    return replace(world, secrets_manager=secrets_manager.configured(ENDPOINT, world.clock.stamp, {}, manager))
