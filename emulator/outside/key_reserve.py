"""A stock of newly generated RSA keys, so that no call waits for key generation (56 ms each)."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

from keys import signing
from keys.signing import SigningKey
from keys.vault import Vault

_START = 0.1
"""Seconds before the first key is made, which would compete with the first call to a server for a processor."""
_QUIET = 0.02
"""Seconds without a taking after which keys are made, which would compete with whoever creates pools in a row."""


def sealed_key(vault: Vault, generate: Callable[[], SigningKey] = signing.generate) -> SigningKey:
    """A new key, encrypted in advance: `vault.seal_key` returns that for it, in a tenth of a millisecond less."""
    key = generate()
    vault.seal_key(key.pem, key.kid)
    return key


class KeyReserve(Protocol):
    """Hands out signing keys, each of them once."""

    def take(self) -> SigningKey:
        """A new key, generated now if the stock is empty."""
        ...

    def spare(self, count: int) -> list[SigningKey]:
        """`count` new keys from the stock, or no key at all if the stock has fewer. Generates none."""
        ...


class BackgroundReserve:
    """The real form: a background thread keeps `size` keys in stock. It makes none while keys are taken in a row."""

    def __init__(
        self,
        size: int = 8,
        generate: Callable[[], SigningKey] = signing.generate,
        rest: Callable[[float], object] = time.sleep,
    ) -> None:
        self._keys: queue.Queue[SigningKey] = queue.Queue(maxsize=size)
        self._generate = generate
        self._rest = rest
        self._takings = self._seen = 0
        """How often keys were taken, or asked for in vain, by now and when the thread looked last."""
        self._taking = threading.Lock()
        self._thread = threading.Timer(_START, self.fill)
        self._thread.name, self._thread.daemon = "key-reserve", True

    def start(self) -> None:
        """Start the thread. Call it once the server listens, since key generation occupies a processor."""
        self._thread.start()

    def take(self) -> SigningKey:
        """A new key, generated in this thread if the stock is empty."""
        with self._taking, suppress(queue.Empty):
            self._takings += 1
            return self._keys.get_nowait()
        return self._generate()

    def spare(self, count: int) -> list[SigningKey]:
        """`count` new keys from the stock, or no key at all if the stock has fewer. Generates none."""
        with self._taking:
            self._takings += 1
            return [self._keys.get_nowait() for _ in range(count)] if self._keys.qsize() >= count else []

    def fill(self) -> None:
        """Keep keys in stock, forever. What `start` has a thread do."""
        while True:
            while self._seen != self._takings:
                self._seen = self._takings
                self._rest(_QUIET)
            self._keys.put(self._generate())


class SharedReserve:
    """The test form: hands out the keys of a list in order, and appends new ones when the list is used up.

    A list that the tests of a session share has each key generated only once.
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
