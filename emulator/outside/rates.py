"""How fast calls come: a bucket of tokens for each kind of call whose rate somebody limited."""

from __future__ import annotations

import threading
from collections.abc import Hashable, Mapping
from dataclasses import dataclass

_LATE = 60.0
"""Seconds by which a call may come after calls that began later: it waited for the database. What is older by more was
counted before somebody moved the clock back, and counts no more.
"""


@dataclass(slots=True)
class _Bucket:
    tokens: float
    filled: float


class Rates:
    """Limits by key, and what is left of each. A bucket holds as many calls as may come in a second."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._limits: dict[Hashable, int] = {}
        self._buckets: dict[Hashable, _Bucket] = {}

    def __bool__(self) -> bool:
        """Whether anything is limited."""
        return bool(self._limits)

    def limit(self, limits: Mapping[Hashable, int]) -> None:
        """Set limits, in calls a second, beside those that are set."""
        with self._lock:
            self._limits |= limits

    def forget(self) -> None:
        """Limit nothing."""
        with self._lock:
            self._limits.clear()
            self._buckets.clear()

    def take(self, key: Hashable, now: float, *, kind: str = "", times: int = 1) -> bool:
        """Count a call. False where it comes too soon.

        `kind` tells apart calls that share a limit and are counted by themselves; there may be `times` as many.
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
