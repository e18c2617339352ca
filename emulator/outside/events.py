"""The log of calls that developers see at `/_emulator/events`: one event a call, in the memory of one process."""

from __future__ import annotations

import threading
from collections import deque
from itertools import islice
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict

from emulator.durations import iso
from emulator.outside import event_feed
from emulator.outside.event_feed import Feed, Noted, Watcher
from keys.entropy import SystemEntropy

KEPT = 10_000
"""The events that are kept, the newest."""


class Event(Struct, frozen=True):
    """One call. `outcome` is "ok" or the name of the exception; `reason` is what the caller was not told, or None."""

    time: float
    operation: str
    pool: str | None
    client: str | None
    user: str | None
    outcome: str
    reason: str | None

    def shown(self) -> dict[str, Any]:
        """The event as developers see it."""
        return asdict(self) | {"time": iso(self.time)}


class Events:
    """A ring buffer of the last ten thousand events. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._events: deque[Event] = deque(maxlen=KEPT)
        self._noted = 0
        """The number of the newest event."""
        self._mark = SystemEntropy().token_bytes(4).hex()
        """Tells the numbers of this process from those of one before it."""
        self.feed = Feed()

    def note(self, event: Event) -> None:
        """Append an event."""
        with self._lock:
            self._events.append(event)
            self._noted += 1
            if self.feed.is_watched:
                self.feed.put([Noted(self._noted, self._mark, event)])

    def last(self, limit: int | None = None) -> list[Event]:
        """The newest `limit` events, or all of them, oldest first."""
        with self._lock:
            kept = list(self._events)
        return kept if limit is None else kept[max(len(kept) - limit, 0) :]

    def forget(self) -> None:
        """Delete all events."""
        with self._lock:
            self._events.clear()

    def watch(self, last_id: str | None = None, limit: int = 0) -> Watcher:
        """A stream of the events from now on. Raises TooManyWatchers.

        It begins with those after the one of `last_id`, or with all if that is unknown; without a `last_id`, with the
        newest `limit` events; in any case with `event_feed.KEPT` at most.
        """
        with self._lock:
            wanted = limit
            if last_id is not None:
                found = event_feed.place(last_id)
                is_ours = found is not None and found[1] == self._mark and found[0] <= self._noted
                wanted = self._noted - found[0] if found and is_ours else len(self._events)
            count = min(wanted, len(self._events), event_feed.KEPT)
            newest = list(islice(reversed(self._events), count))
            before = [Noted(self._noted - back, self._mark, event) for back, event in enumerate(newest)]
            return self.feed.watch(before[::-1], is_all=last_id is None or count >= min(wanted, len(self._events)))
