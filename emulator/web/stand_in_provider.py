"""How a request reaches the stand-in provider: in a unit of work, with the state in the database."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar
from urllib.parse import urlsplit

from flask import request

from emulator.context import Context
from emulator.dispatch import Dispatcher
from emulator.outside.stand_in_state import StoredState
from emulator.stand_in.state import Provider
from emulator.web import guard, request_origin

R = TypeVar("R")


class Work(Protocol):
    """Runs a function with the provider in a unit of work, which commits unless the function raises."""

    def __call__(self, function: Callable[[Provider], R], *, writes: bool = True) -> R:
        """Run it, and return its result."""
        ...


def worker(dispatcher: Dispatcher) -> Work:
    """What runs the requests of the stand-in provider."""
    allows = guard.Guard.configured(dispatcher.settings)
    world = dispatcher.world

    def may_send_to(url: str) -> bool:
        """Programs may be sent anywhere; browsers, before anybody has clicked, to hosts that nobody else can have."""
        return not guard.is_browser(request.environ) or allows.is_own_host(urlsplit(url).netloc)

    def work(function: Callable[[Provider], R], *, writes: bool = True) -> R:
        origin = request_origin.read(request)

        def run(context: Context) -> R:
            state = StoredState(context.unit, context.now, world.key_reserve)
            return function(Provider(origin.base_url, context.now, state, world.entropy, world.key_ring, may_send_to))

        found: R = dispatcher.work(writes, origin, run)
        return found

    return work
