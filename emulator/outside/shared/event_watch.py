"""Events of all processes, for those who watch at this one: while there are any, a thread reads what is new."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from emulator.outside import event_feed
from emulator.outside.event_feed import Feed, Noted, Watcher
from emulator.outside.events import Event
from storage.failures import DatabaseUnusable
from storage.records.shared import NumberedEvent
from storage.store import Store

log = logging.getLogger("cognito_emulator")
_EVERY_SECONDS = 0.25
_AT_ONCE = 500


class EventWatch:
    """Puts the events of the database into a feed. `settle` has events that wait written first."""

    def __init__(self, store: Store, feed: Feed, settle: Callable[[], None]) -> None:
        self._store = store
        self._feed = feed
        self._settle = settle
        self._lock = threading.Lock()
        self._place: tuple[int, float] | None = None
        """The number and the time of the last event that is in the feed; None if there was none."""
        self._thread: threading.Thread | None = None
        self._end = threading.Event()

    def watch(self, last_id: str | None, limit: int) -> Watcher:
        """As `Events.watch`."""
        with self._lock:
            self._catch_up()
            before, is_all = self._before(last_id, limit)
            watcher = self._feed.watch(before, is_all=is_all)
            if self._thread is None and not self._end.is_set():
                self._thread = threading.Thread(target=self._go_on, name="event-watch", daemon=True)
                self._thread.start()
            return watcher

    def close(self, patience: float) -> None:
        """End the thread, within `patience` seconds."""
        self._end.set()
        thread = self._thread
        if thread:
            thread.join(patience)

    def _before(self, last_id: str | None, limit: int) -> tuple[list[Noted], bool]:
        """What a new watcher is sent first, and whether that is all that it asked for."""
        kept = event_feed.KEPT
        if last_id is None:
            wanted = min(limit, kept)
            with self._store.unit(writes=False) as unit:
                found = unit.events.stored_last(wanted) if wanted else []
        else:
            with self._store.unit(writes=False) as unit:
                found = unit.events.after(_place(last_id), event_feed.KEPT + _AT_ONCE)
                if len(found) > kept:
                    found = unit.events.stored_last(kept + 1)
        end = self._place[0] if self._place else 0
        return [_noted(each) for each in found[-kept:] if each.number <= end], len(found) <= kept

    def _catch_up(self) -> None:
        """Put what is new into the feed; where nobody watches, only note how far it goes."""
        self._settle()
        with self._store.unit(writes=False) as unit:
            if not self._feed.is_watched:
                last = unit.events.stored_last(1)
                self._place = (last[0].number, last[0].noted) if last else None
                return
            found = unit.events.after(self._place, _AT_ONCE)
        if found:
            self._place = (found[-1].number, found[-1].noted)
            self._feed.put(_noted(each) for each in found)

    def _go_on(self) -> None:
        is_failing = False
        while not self._end.wait(_EVERY_SECONDS):
            with self._lock:
                if not self._feed.is_watched:
                    self._thread = None
                    return
                try:
                    self._catch_up()
                except DatabaseUnusable as error:
                    if not is_failing:
                        log.error("events are not shown for now: %s", error)
                    is_failing = True
                except Exception:
                    log.exception("events are not shown: a mistake of the emulator, please report it")
                else:
                    is_failing = False


def _noted(row: NumberedEvent) -> Noted:
    return Noted(row.number, repr(row.noted), Event(**row.event))


def _place(last_id: str) -> tuple[int, float] | None:
    """The number and the time in a Last-Event-ID; None for what is no id of ours."""
    found = event_feed.place(last_id)
    try:
        return (found[0], float(found[1])) if found else None
    except ValueError:
        return None
