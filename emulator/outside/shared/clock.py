"""The clock, the rate limits and the orders as the database has them, so that all processes go by the same."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from emulator.outside.clock import MovableClock
from emulator.outside.orders import Orders
from emulator.outside.rates import Key, Rates
from emulator.outside.server_settings import ServerSettings
from storage.records.shared import ServerState
from storage.store import Store
from storage.unit import Unit


class SharedClock(MovableClock):
    """A clock whose offset is in the database. `Following` brings `offset` up to date in each transaction."""

    def __init__(self, store: Store, stopped: float | None = None) -> None:
        super().__init__(stopped)
        self._store = store

    def lock(self, unit: Unit) -> None:
        """Take the clock's lock until the end of a unit that writes, and bring this process's clock up to date."""
        unit.lock("clock")
        unit.follow()

    def exclude_writers(self, unit: Unit) -> None:
        """Let no other unit write until this one ends. Called before it sets the clock back or writes."""
        unit.server_state.exclude_writers()

    def move(self, offset: float) -> None:
        """Set the offset at once."""
        with self._store.unit(writes=True) as own:
            own.server_state.move_clock(offset)
        with self._store.unit(writes=False):
            pass  # a transaction that begins after the commit brings this process up to date

    @contextmanager
    def moved(self, offset: float, unit: Unit) -> Iterator[None]:
        """Set the offset with the commit of the unit."""
        unit.server_state.move_clock(offset)
        yield


class Following:
    """Brings the clock, the limits and the settings of a process up to date, for `Store.on_state`. Thread-safe.

    It also has the process look for orders again, of which there may be new ones.

    Of two transactions that began one after the other, the older may come here last, so versions are compared.
    """

    def __init__(
        self, clock: SharedClock, rates: Rates, orders: Orders, settings: ServerSettings | None = None
    ) -> None:
        self._clock = clock
        self._rates = rates
        self._orders = orders
        self._settings = settings
        self._lock = threading.Lock()
        self._version = 0

    def __call__(self, unit: Unit, state: ServerState) -> None:
        """Take over what the database says, unless this process knows something newer."""
        if state.version <= self._version:
            return
        limits: dict[Key, int] = {(each.region, each.category): each.value for each in unit.provisioned_limits.all()}
        with self._lock:
            if state.version > self._version:
                self._rates.replace(limits)
                if self._settings:
                    self._settings.read(unit)
                self._clock.offset = state.clock_offset
                self._orders.look_again()
                self._version = state.version
