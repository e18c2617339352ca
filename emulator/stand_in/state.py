"""What the stand-in provider needs from outside: state that lasts, randomness, keys, and its own address."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, TypeAlias

from msgspec import Struct

from emulator.stand_in.addresses import PREFIX
from keys import opaque
from keys.entropy import Entropy
from keys.signing import KeyRing, SigningKey

Content: TypeAlias = dict[str, Any]
"""The content of a record: JSON."""


class State(Protocol):
    """Records by kind and key, as of one transaction. Records that have expired are not there."""

    def get(self, kind: str, key: str) -> Content | None:
        """A record."""
        ...

    def all(self, kind: str) -> list[Content]:
        """Every record of a kind, by key."""
        ...

    def put(self, kind: str, key: str, content: Content, seconds: float | None = None) -> None:
        """Store a record, in the place of the one with that key. It expires after `seconds`, or never."""
        ...

    def take(self, kind: str, key: str) -> Content | None:
        """Delete a record and return it. Of two transactions, one gets it."""
        ...

    def delete_all(self, kind: str) -> None:
        """Delete every record of a kind."""
        ...

    def signing_key(self, use: str) -> tuple[SigningKey, float]:
        """The key of the provider for a use, and when it was made. To be called before the transaction writes."""
        ...


class Provider(Struct, frozen=True):
    """The stand-in provider, as of one request."""

    base: str
    """The base URL of the server, as the caller reached it."""
    now: float
    state: State
    entropy: Entropy
    ring: KeyRing
    may_send_to: Callable[[str], bool] = lambda _url: True
    """Whether a browser may be sent to a URL before anybody has clicked: no open redirect for pages of other sites."""

    @property
    def root(self) -> str:
        """The URL of the provider."""
        return self.base + PREFIX

    def secret(self, size: int = 32) -> str:
        """A random string of base64url, of `size` bytes."""
        return opaque.base64url(self.entropy.token_bytes(size))
