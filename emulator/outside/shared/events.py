"""Events in the database, for several processes. They are written in the background: no call waits or fails."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress

from msgspec.structs import asdict

from emulator.outside.event_feed import Watcher
from emulator.outside.events import KEPT, Event, Events
from emulator.outside.shared.event_watch import EventWatch
from emulator.outside.shared.siblings import Member
from storage.failures import DatabaseUnusable
from storage.store import Store

log = logging.getLogger("cognito_emulator")
_EVERY_SECONDS = 0.5
"""How long an event waits for others, with which it is written in one transaction."""
_GLANCE_SECONDS = 0.2
"""How long those who watch wait for it."""
_BARRIER_SECONDS = 2.0
"""How long a reader waits for what its siblings have noted; one that was killed stores nothing any more."""


class SharedEvents(Events):
    """The last ten thousand events of all processes. Thread-safe.

    `last` has every call that the workers of this server had answered before, and those of other servers until
    `_EVERY_SECONDS` before. While the database cannot be used, the newest events wait, and the others are dropped.
    """

    def __init__(self, store: Store, clock: Callable[[], float], member: Member) -> None:
        super().__init__()
        self._store = store
        self._clock = clock
        self._member = member
        self._waiting: deque[tuple[float, Event]] = deque()
        self._dropped = 0
        self._flushing = threading.Lock()
        self._closed = self._is_failing = False
        self._thread: threading.Thread | None = None
        self._watch = EventWatch(store, self.feed, lambda: self._settle(_GLANCE_SECONDS))

    def note(self, event: Event) -> None:
        """Keep an event until it is written. Waits for nothing."""
        with self._lock:
            is_first = not self._waiting
            self._waiting.append((self._clock(), event))
            self._member.note()
            self._bound()
            if self._thread is None:
                self._thread = threading.Thread(target=self._write_on, name="events", daemon=True)
                self._thread.start()
        if is_first:
            self._member.wake()

    def last(self, limit: int | None = None) -> list[Event]:
        """The newest `limit` events of all processes, or all of them, in the order in which they were noted."""
        self._settle()
        with self._store.unit(writes=False) as unit:
            found = unit.events.newest(KEPT if limit is None else min(limit, KEPT))
        return [Event(**each) for each in found]

    def forget(self) -> None:
        """Delete all events that were noted before."""
        self._settle()
        with self._store.unit(writes=True) as unit:
            unit.events.delete()

    def watch(self, last_id: str | None = None, limit: int = 0) -> Watcher:
        """A stream of the events of all processes from now on, as `Events.watch`."""
        return self._watch.watch(last_id, limit)

    def close(self, patience: float) -> None:
        """Write what waits, for `patience` seconds at most, and end the thread."""
        self._closed = True
        self._watch.close(patience)
        self._member.wake(at_once=True)
        if self._thread:
            self._thread.join(patience)
            if not self._is_failing and not self._thread.is_alive():
                with suppress(DatabaseUnusable):
                    self._write()

    def _settle(self, patience: float = _BARRIER_SECONDS) -> None:
        """Write what waits, and wait until the siblings have written what they had noted."""
        lacking = self._member.ask()
        self._write()
        self._member.wait_until_stored(lacking, patience)

    def _write_on(self) -> None:
        while not self._closed:
            if self._waiting or not self._member.wait():
                self._member.wait_to_be_asked(_EVERY_SECONDS)
            try:
                self._write()
            except DatabaseUnusable as error:
                if not self._is_failing:
                    log.error("events wait, and are dropped if there are too many: %s", error)
                self._is_failing = True
            except Exception:
                log.exception("events are lost: a mistake of the emulator, please report it")
            else:
                self._is_failing = False

    def _write(self) -> None:
        """Write the events that wait. Raises `DatabaseUnusable`; they wait on then."""
        with self._flushing:
            with self._lock:
                batch, self._waiting = self._waiting, deque()
                noted, dropped, self._dropped = self._member.noted, self._dropped, 0
            if batch:
                try:
                    with self._store.unit(writes=True, configures=False) as unit:
                        unit.events.add([(moment, asdict(event)) for moment, event in batch], KEPT)
                except DatabaseUnusable:
                    with self._lock:
                        self._waiting.extendleft(reversed(batch))
                        self._dropped += dropped
                        self._bound()
                    raise
            self._member.store(noted)
        if dropped:
            log.warning("%d events were dropped while the database could not be used", dropped)

    def _bound(self) -> None:
        """Drop the oldest events, where too many wait."""
        while len(self._waiting) > KEPT:
            self._waiting.popleft()
            self._dropped += 1
