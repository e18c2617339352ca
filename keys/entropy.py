"""The only randomness, and what is drawn from it: codes, ids, secrets, temporary passwords.

Not drawn from here: RSA keys and bcrypt salts, which their libraries draw from the system themselves.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
import uuid as rfc4122
from collections.abc import Mapping, Sequence
from string import ascii_lowercase, ascii_uppercase
from string import digits as decimal_digits
from typing import Any, Protocol, TypeVar

T = TypeVar("T")

SYMBOLS = "^$*[]{}()?!@#%/:|_~+-="
"""Those of AWS's symbols that need no escaping in HTML, JSON or CSV, and end no sentence."""


class Entropy(Protocol):
    """A source of bytes that nobody else can predict."""

    def token_bytes(self, n: int) -> bytes:
        """`n` random bytes."""
        ...


class SystemEntropy:
    """The operating system's randomness."""

    def token_bytes(self, n: int) -> bytes:
        """`n` random bytes."""
        return secrets.token_bytes(n)


class SeededEntropy:
    """For tests: the same seed gives the same bytes for the same sequence of calls. Never a secret."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._calls = 0
        self._lock = threading.Lock()

    def token_bytes(self, n: int) -> bytes:
        """The next `n` bytes. Threads that share one never get the same ones."""
        with self._lock:
            self._calls += 1
            call = self._calls
        return hashlib.shake_256(f"{self._seed}:{call}".encode()).digest(n)


def characters(e: Entropy, alphabet: str, n: int) -> str:
    """`n` characters of an alphabet, each equally likely: bytes that would favour some are dropped."""
    if not 1 <= len(alphabet) <= 256:
        raise ValueError("an alphabet has 1 to 256 characters")
    fair = 256 - 256 % len(alphabet)
    drawn: list[str] = []
    while len(drawn) < n:
        drawn += [alphabet[byte % len(alphabet)] for byte in e.token_bytes(n - len(drawn)) if byte < fair]
    return "".join(drawn)


def digits(e: Entropy, n: int) -> str:
    """`n` decimal digits, leading zeros included."""
    return characters(e, decimal_digits, n)


def lower_alnum(e: Entropy, n: int) -> str:
    """`n` characters of `a-z0-9`."""
    return characters(e, ascii_lowercase + decimal_digits, n)


def mixed_alnum(e: Entropy, n: int) -> str:
    """`n` characters of `A-Za-z0-9`."""
    return characters(e, ascii_uppercase + ascii_lowercase + decimal_digits, n)


def choice(e: Entropy, items: Sequence[T]) -> T:
    """One of the items, each equally likely. Raises `ValueError` where there is none."""
    if not items:
        raise ValueError("nothing to choose from")
    size = (len(items).bit_length() + 7) // 8
    fair = 256**size - 256**size % len(items)
    while (drawn := int.from_bytes(e.token_bytes(size), "big")) >= fair:
        pass
    return items[drawn % len(items)]


def uuid(e: Entropy) -> str:
    """A random UUID (RFC 4122, version 4) in lower case."""
    return str(rfc4122.UUID(bytes=e.token_bytes(16), version=4))


def sub(e: Entropy) -> str:
    """A user's `sub`, as AWS's: UUID-shaped, but no RFC 4122 one, and its third group starts with `70`."""
    drawn = e.token_bytes(16).hex()
    return f"{drawn[:8]}-{drawn[8:12]}-70{drawn[14:16]}-{drawn[16:20]}-{drawn[20:]}"


def pool_suffix(e: Entropy) -> str:
    """What follows the `_` in a user pool id: 9 letters and digits."""
    return mixed_alnum(e, 9)


def client_id(e: Entropy) -> str:
    """An app client's id: 26 lower-case letters and digits."""
    return lower_alnum(e, 26)


def client_secret(e: Entropy) -> str:
    """An app client's secret: 51 lower-case letters and digits (264 bits)."""
    return lower_alnum(e, 51)


def temporary_password(e: Entropy, policy: Mapping[str, Any]) -> str:
    """A password that satisfies a PasswordPolicy (API shape), 8 characters or more.

    Letters and digits, and symbols where the policy asks for them. Whole passwords are drawn until one has
    every required class, so each that qualifies is equally likely and no position gives its class away.
    """
    required = [letters for name, letters in _CLASSES.items() if policy.get(name)]
    alphabet = "".join(letters for name, letters in _CLASSES.items() if name != "RequireSymbols" or policy.get(name))
    length = max(8, int(policy.get("MinimumLength") or 0))
    while True:
        drawn = characters(e, alphabet, length)
        if all(set(drawn) & set(letters) for letters in required):
            return drawn


_CLASSES = {
    "RequireUppercase": ascii_uppercase,
    "RequireLowercase": ascii_lowercase,
    "RequireNumbers": decimal_digits,
    "RequireSymbols": SYMBOLS,
}
