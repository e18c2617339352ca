"""Fixtures: the forms of the ports, and several servers on one database in one process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from emulator.app import create_app
from emulator.outside.background import Queue
from emulator.outside.clock import MovableClock
from emulator.outside.key_reserve import SharedReserve
from emulator.outside.shared.siblings import Siblings
from emulator.outside.shared.world import prepare, shared
from emulator.outside.world import World
from emulator.settings import Settings
from keys.entropy import SeededEntropy
from keys.signing import SigningKey
from storage.store import Store
from tests.builders import Api
from tests.conftest import NOON, VAULT

Serve = Callable[..., Api]


@pytest.fixture(params=["sqlite", "postgresql"])
def kind_of_database(request: pytest.FixtureRequest) -> str:
    """Both."""
    return str(request.param)


@pytest.fixture
def siblings() -> Iterator[Siblings]:
    """The places of two workers."""
    siblings = Siblings(2)
    yield siblings
    siblings.close()


@pytest.fixture
def serve(store: Store, settings: Settings, signing_keys: list[SigningKey], siblings: Siblings) -> Iterator[Serve]:
    """Starts a worker, by its number, or another server: each with a store and ports of its own."""
    prepare(store)
    with ExitStack() as stack:

        def start(worker: int | None = None) -> Api:
            own = Store(store.place, VAULT, several=True)
            stack.callback(own.close)
            reserve = SharedReserve(signing_keys)
            world = World(MovableClock(stopped=NOON), SeededEntropy(7), key_reserve=reserve, background=Queue())
            member = None if worker is None else siblings.member(worker)
            world = stack.enter_context(shared(world, own, member))
            return Api(create_app(settings, world, own).test_client(), world)

        yield start


@pytest.fixture
def here(serve: Serve) -> Api:
    """The first worker of two."""
    return serve(0)


@pytest.fixture
def there(serve: Serve) -> Api:
    """The second worker of two."""
    return serve(1)


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def form(request: pytest.FixtureRequest) -> Iterator[World]:
    """A world whose inbox, clock, events and rates are in memory, or in a database."""
    world = World(MovableClock(stopped=NOON), SeededEntropy(7), background=Queue())
    if request.param == "memory":
        yield world
        return
    store: Store = request.getfixturevalue(f"store_in_{request.param}")
    prepare(store)
    with shared(world, store) as world:
        yield world


@pytest.fixture
def form_store(form: World, request: pytest.FixtureRequest) -> Store:
    """The store of that database; any store for the form in memory."""
    kind = "postgresql" if "postgresql" in request.node.callspec.id else "sqlite"
    store: Store = request.getfixturevalue(f"store_in_{kind}")
    return store
