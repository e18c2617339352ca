"""Puts the shared forms of the ports in the place of those that one process keeps in memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec.structs import replace

from emulator.outside import orders
from emulator.outside.shared.claims import SharedClaims
from emulator.outside.shared.clock import Following, SharedClock
from emulator.outside.shared.events import SharedEvents
from emulator.outside.shared.mailbox import SharedMailbox
from emulator.outside.shared.rates import SharedRates
from emulator.outside.shared.siblings import Member, Siblings
from emulator.outside.world import World
from storage.store import Store

_GOODBYE_SECONDS = 2.0
"""The time for the last events to be written."""


def prepare(store: Store) -> None:
    """Begin the state that processes share. The first process of a server calls it, before the others read the state.

    The workers of one server on SQLite begin with the system's time and without faults to inject, as one process does.
    On PostgreSQL both stay: other servers may be running.
    """
    with store.unit(writes=True) as unit:
        unit.server_state.begin()
        if isinstance(store.place, Path):
            unit.server_state.move_clock(0.0)
            orders.withdraw_all(unit, orders.FAULTS)


@contextmanager
def shared(world: World, store: Store, member: Member | None = None) -> Iterator[World]:
    """The world with the ports that processes share, until the end of the context. Sets `store.on_state` meanwhile.

    `member` is the place of a worker among its siblings; a server of one process has none.
    """
    clock, rates, alone = SharedClock(store, world.clock.stopped), SharedRates(store), Siblings()
    events = SharedEvents(store, clock.real, member or alone.member())
    mailbox = SharedMailbox(store, world.mailbox.onward)
    claims = SharedClaims(store, world.entropy)
    store.on_state = Following(clock, rates, world.orders, world.server_settings)
    with store.unit(writes=False):
        pass  # brings the clock and the limits up to date
    try:
        yield replace(world, clock=clock, rates=rates, events=events, mailbox=mailbox, claims=claims)
    finally:
        events.close(_GOODBYE_SECONDS)
        alone.close()
        store.on_state = None
