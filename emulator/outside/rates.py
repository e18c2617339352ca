"""Rate limits of calls: a token bucket for each kind of call that has a limit."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct

if TYPE_CHECKING:
    from storage.unit import Unit

Key: TypeAlias = tuple[str, ...]
"""What a limit is for: the region and the category of operations."""

_LATE = 60.0
"""How far `now` may lie before a bucket's last refill, in seconds: calls overtake one another at the database.
If `now` lies further back, the clock was moved, and the bucket is filled anew.
"""


class Bucket(Struct):
    """The calls that are still admitted, and when the bucket was last filled."""

    tokens: float
    filled: float

    def take(self, most: float, now: float) -> bool:
        """Fill the bucket with what came since, `most` a second, and take a token. False if there is none."""
        passed = now - self.filled
        if passed < -_LATE:
            self.tokens, self.filled = most, now
        elif passed > 0:
            self.tokens, self.filled = min(most, self.tokens + passed * most), now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


class Rates:
    """Token buckets by key, each with the capacity of one second's calls. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._limits: dict[Key, int] = {}
        self._buckets: dict[tuple[Key, str], Bucket] = {}

    def __bool__(self) -> bool:
        """Whether any limit is set."""
        return bool(self._limits)

    def limit(self, limits: Mapping[Key, int]) -> None:
        """Add or replace limits, in calls a second."""
        with self._lock:
            self._limits |= limits

    def provisioned(self, limits: Mapping[Key, int]) -> None:
        """Go by limits from now on that a unit has stored and announced, after its commit."""
        self.limit(limits)

    def replace(self, limits: Mapping[Key, int]) -> None:
        """Set these limits, and remove all others."""
        with self._lock:
            self._limits = dict(limits)

    def empty(self, _unit: Unit, afterwards: list[Callable[[], None]]) -> None:
        """Remove all limits, and fill all buckets, with the commit of a unit that deletes the stored limits.

        `afterwards` are its callbacks.
        """
        afterwards.append(self._clear)

    def _clear(self) -> None:
        with self._lock:
            self._limits.clear()
            self._buckets.clear()

    def take(
        self,
        key: Key,
        now: float,
        *,
        kind: str = "",
        times: int = 1,
        unit: Unit | None = None,  # noqa: ARG002
    ) -> bool:
        """Take a token for a call at `now`. False if the bucket is empty; True if there is no limit.

        Calls of different `kind` have buckets of their own under one limit. `times` multiplies the limit. `unit`, which
        has not written yet, releases its connection where the buckets are in the database.
        """
        with self._lock:
            limit = self._limits.get(key)
            if limit is None:
                return True
            most = limit * times
            return self._buckets.setdefault((key, kind), Bucket(most, now)).take(most, now)
