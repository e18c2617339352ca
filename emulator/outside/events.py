"""The log of calls that developers see at `/_emulator/events`: one event a call, in the memory of one process."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass

KEPT = 10_000
"""The events that are kept, the newest."""


@dataclass(frozen=True, slots=True)
class Event:
    """One call. `outcome` is "ok" or the name of the exception; `reason` is what the caller was not told, or None."""

    time: float
    operation: str
    pool: str | None
    client: str | None
    user: str | None
    outcome: str
    reason: str | None


class Events:
    """A ring buffer of the last ten thousand events. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._events: deque[Event] = deque(maxlen=KEPT)

    def note(self, event: Event) -> None:
        """Append an event."""
        with self._lock:
            self._events.append(event)

    def last(self, limit: int | None = None) -> list[Event]:
        """The newest `limit` events, or all of them, oldest first."""
        with self._lock:
            kept = list(self._events)
        return kept if limit is None else kept[max(len(kept) - limit, 0) :]

    def forget(self) -> None:
        """Delete all events."""
        with self._lock:
            self._events.clear()
