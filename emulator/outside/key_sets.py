"""The public keys of identity providers, kept for a while by the address where they are published."""

from __future__ import annotations

import threading
from collections import OrderedDict

from keys.foreign_tokens import PublicKeys

_SECONDS = 300
_MOST = 256


class KeySets:
    """Key sets by URL, with the moment at which each was fetched. Threads share them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, tuple[float, PublicKeys]] = OrderedDict()

    def keep(self, url: str, keys: PublicKeys, now: float) -> None:
        """Keep the keys of an address; those of the address that was fetched longest ago make room."""
        with self._lock:
            self._kept.pop(url, None)
            self._kept[url] = (now, keys)
            while len(self._kept) > _MOST:
                self._kept.popitem(last=False)

    def held(self, url: str, now: float) -> tuple[PublicKeys, float] | None:
        """The keys of an address and their age in seconds; None where there are none, or they are too old."""
        with self._lock:
            found = self._kept.get(url)
        if found is None or not 0 <= now - found[0] < _SECONDS:
            return None
        return found[1], now - found[0]
