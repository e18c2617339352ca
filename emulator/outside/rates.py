"""Rate limits of calls: a token bucket for each kind of call that has a limit."""

from __future__ import annotations

import threading
from collections.abc import Hashable, Mapping
from dataclasses import dataclass

_LATE = 60.0
"""How far `now` may lie before a bucket's last refill, in seconds: calls overtake one another at the database.
If `now` lies further back, the clock was moved, and the bucket is filled anew.
"""


@dataclass(slots=True)
class _Bucket:
    tokens: float
    filled: float


class Rates:
    """Token buckets by key, each with the capacity of one second's calls. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._limits: dict[Hashable, int] = {}
        self._buckets: dict[Hashable, _Bucket] = {}

    def __bool__(self) -> bool:
        """Whether any limit is set."""
        return bool(self._limits)

    def limit(self, limits: Mapping[Hashable, int]) -> None:
        """Add or replace limits, in calls a second."""
        with self._lock:
            self._limits |= limits

    def forget(self) -> None:
        """Remove all limits."""
        with self._lock:
            self._limits.clear()
            self._buckets.clear()

    def take(self, key: Hashable, now: float, *, kind: str = "", times: int = 1) -> bool:
        """Take a token for a call at `now`. False if the bucket is empty; True if there is no limit.

        Calls of different `kind` have buckets of their own under one limit. `times` multiplies the limit.
        """
        with self._lock:
            limit = self._limits.get(key)
            if limit is None:
                return True
            most = limit * times
            bucket = self._buckets.setdefault((key, kind), _Bucket(most, now))
            passed = now - bucket.filled
            if passed < -_LATE:
                bucket.tokens, bucket.filled = most, now
            elif passed > 0:
                bucket.tokens, bucket.filled = min(most, bucket.tokens + passed * most), now
            if bucket.tokens < 1:
                return False
            bucket.tokens -= 1
            return True
