"""Cache of identity providers' JWK Sets, by URL, for five minutes."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from keys.foreign_tokens import PublicKeys

_SECONDS = 300
_MOST = 256
_REFETCH_SECONDS = 30
"""Least age of cached keys at which a token with an unknown `kid` has them fetched again."""


class KeySets:
    """The cache. Thread-safe. `now` is epoch seconds."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._fetched: OrderedDict[str, tuple[float, PublicKeys]] = OrderedDict()

    def put(self, url: str, keys: PublicKeys, now: float) -> None:
        """Store the keys fetched from a URL just now. Beyond 256 URLs, the one fetched longest ago is evicted."""
        with self._lock:
            self._fetched.pop(url, None)
            self._fetched[url] = (now, keys)
            while len(self._fetched) > _MOST:
                self._fetched.popitem(last=False)

    def get(self, url: str, now: float) -> tuple[PublicKeys, float] | None:
        """The keys of a URL and their age in seconds; None if they are not cached or have expired."""
        with self._lock:
            found = self._fetched.get(url)
        if found is None or not 0 <= now - found[0] < _SECONDS:
            return None
        return found[1], now - found[0]

    def for_token(self, url: str, kid: str, now: float) -> PublicKeys | None:
        """The keys of a URL, to verify a token with this `kid`; None if they have to be fetched for it."""
        keys, age = self.get(url, now) or ({}, _REFETCH_SECONDS)
        return keys if kid in keys or age < _REFETCH_SECONDS else None
