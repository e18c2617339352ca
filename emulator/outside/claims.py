"""Exclusive claims by key, within this process, for work that holds no database transaction all the while."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Claims:
    """The keys that are claimed. Nobody waits for a claim: who does not get it has to do without. Thread-safe.

    One process serves a database, so claims exclude all others.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._claimed: set[str] = set()

    @contextmanager
    def held(self, key: str) -> Iterator[bool]:
        """Claim a key for the duration of the context. Yields True, or False if somebody else has the key."""
        with self._lock:
            is_free = key not in self._claimed
            self._claimed.add(key)
        try:
            yield is_free
        finally:
            if is_free:
                with self._lock:
                    self._claimed.discard(key)
