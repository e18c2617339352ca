"""Fresh RSA keys at hand, so that nobody waits for a prime."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

from keys import signing
from keys.signing import SigningKey


class KeyReserve(Protocol):
    """Gives out signing keys that nobody has had before."""

    def take(self) -> SigningKey:
        """A fresh key; where none is at hand, one is made."""
        ...

    def spare(self, count: int) -> list[SigningKey]:
        """`count` fresh keys without waiting; none where fewer are at hand."""
        ...


class BackgroundReserve:
    """A few keys, made by a background thread (56 ms each) that rests when the reserve is full."""

    def __init__(self, size: int = 8, generate: Callable[[], SigningKey] = signing.generate) -> None:
        self._keys: queue.Queue[SigningKey] = queue.Queue(maxsize=size)
        self._generate = generate
        self._taking = threading.Lock()
        self._thread = threading.Thread(target=self._fill, name="key-reserve", daemon=True)

    def start(self) -> None:
        """Begin to fill; not before the server listens, since key generation takes a core."""
        self._thread.start()

    def take(self) -> SigningKey:
        """A fresh key; where the reserve is empty, one is made here and now."""
        with self._taking, suppress(queue.Empty):
            return self._keys.get_nowait()
        return self._generate()

    def spare(self, count: int) -> list[SigningKey]:
        """`count` fresh keys without waiting; none where fewer are at hand."""
        with self._taking:
            return [self._keys.get_nowait() for _ in range(count)] if self._keys.qsize() >= count else []

    def _fill(self) -> None:
        while True:
            self._keys.put(self._generate())


class SharedReserve:
    """For tests: gives out the keys of a list from its beginning, and lengthens it where they run out.

    Tests that begin anew may share the list, and wait for its primes only once.
    """

    def __init__(self, keys: list[SigningKey], generate: Callable[[], SigningKey] = signing.generate) -> None:
        self._keys = keys
        self._generate = generate
        self._given = 0
        self._lock = threading.Lock()

    def take(self) -> SigningKey:
        """The next key."""
        with self._lock:
            while self._given >= len(self._keys):
                self._keys.append(self._generate())
            self._given += 1
            return self._keys[self._given - 1]

    def spare(self, count: int) -> list[SigningKey]:
        """The next `count` keys."""
        return [self.take() for _ in range(count)]
