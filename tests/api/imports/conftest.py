"""A pool that verifies e-mail addresses, and imports that happen when a test says so."""

from __future__ import annotations

import pytest
from flask import Flask

from emulator.outside.background import Queue
from emulator.outside.clock import MovableClock
from emulator.outside.key_reserve import SharedReserve
from emulator.outside.world import World
from keys.entropy import SeededEntropy
from keys.signing import SigningKey
from storage.store import Store
from tests.api.imports.importer import Importer
from tests.builders import Api
from tests.conftest import NOON


@pytest.fixture
def world(signing_keys: list[SigningKey]) -> World:
    """The test forms of the ports, with work in the background kept until it is asked for."""
    clock, reserve = MovableClock(stopped=NOON), SharedReserve(signing_keys)
    return World(clock=clock, entropy=SeededEntropy(7), key_reserve=reserve, background=Queue())


@pytest.fixture
def importer(app: Flask, world: World, store: Store) -> Importer:
    """Imports into a pool."""
    return Importer(Api(app.test_client(), world), store)
