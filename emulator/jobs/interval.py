"""How often a job runs, by the emulator's clock."""

from __future__ import annotations

import threading

EVERY = 900
"""Least time between two runs of a job, in seconds."""


class Interval:
    """Says when a job is due: `EVERY` seconds after it was last due, and when the clock was set back. Thread-safe."""

    def __init__(self, now: float) -> None:
        self._lock = threading.Lock()
        self._last = now

    def is_due(self, now: float) -> bool:
        """Whether the job is due at `now`. If so, it counts as run: the next call returns False."""
        with self._lock:
            if 0 <= now - self._last < EVERY:
                return False
            self._last = now
            return True
