"""What was asked and how it ended, one event a call, for the developer's own window."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass

_KEPT = 10_000


@dataclass(frozen=True, slots=True)
class Event:
    """One call. `outcome` is "ok" or the exception; `reason` why it was refused, which the caller did not learn."""

    time: float
    operation: str
    pool: str | None
    client: str | None
    user: str | None
    outcome: str
    reason: str | None


class Events:
    """The last ten thousand events, oldest first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._events: deque[Event] = deque(maxlen=_KEPT)

    def note(self, event: Event) -> None:
        """Keep an event."""
        with self._lock:
            self._events.append(event)

    def last(self, limit: int | None = None) -> list[Event]:
        """The newest `limit` events (all without one), the newest last."""
        with self._lock:
            kept = list(self._events)
        return kept if limit is None else kept[max(len(kept) - limit, 0) :]

    def forget(self) -> None:
        """Forget every event."""
        with self._lock:
            self._events.clear()
