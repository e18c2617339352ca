"""The source of randomness, and what is generated from it: codes, ids, secrets, temporary passwords.

Except for RSA keys and bcrypt salts, whose libraries use the randomness of the system directly.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
from collections.abc import Mapping, Sequence
from string import ascii_lowercase, ascii_uppercase
from string import digits as decimal_digits
from typing import Any, Protocol, TypeVar

T = TypeVar("T")

SYMBOLS = "^$*[]{}()?!@#%/:|_~+-="
"""The symbols of AWS's password policy without those that need escaping in HTML, JSON or CSV, or may end a sentence."""


class Entropy(Protocol):
    """A source of unpredictable bytes."""

    def token_bytes(self, n: int) -> bytes:
        """`n` random bytes."""
        ...


class SystemEntropy:
    """The operating system's randomness."""

    def token_bytes(self, n: int) -> bytes:
        """`n` random bytes."""
        return secrets.token_bytes(n)


class SeededEntropy:
    """For tests: the same seed gives the same bytes for the same sequence of calls. Not for secrets."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._calls = 0
        self._lock = threading.Lock()

    def token_bytes(self, n: int) -> bytes:
        """The next `n` bytes. Thread-safe: no two calls get the same bytes."""
        with self._lock:
            self._calls += 1
            call = self._calls
        return hashlib.shake_256(f"{self._seed}:{call}".encode()).digest(n)


def characters(e: Entropy, alphabet: str, n: int) -> str:
    """`n` characters of an alphabet, each equally likely: bytes that would favour some are discarded."""
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
    """One of the items, uniformly distributed. Raises `ValueError` if there are none."""
    if not items:
        raise ValueError("nothing to choose from")
    size = (len(items).bit_length() + 7) // 8
    fair = 256**size - 256**size % len(items)
    while (drawn := int.from_bytes(e.token_bytes(size), "big")) >= fair:
        pass
    return items[drawn % len(items)]


def uuid(e: Entropy) -> str:
    """A random UUID (RFC 4122, version 4) in lower case."""
    return _uuid(e.token_bytes(16))


def _uuid(random: bytes) -> str:
    drawn = bytearray(random)
    drawn[6] = drawn[6] & 0x0F | 0x40  # version and variant, section 4.4
    drawn[8] = drawn[8] & 0x3F | 0x80
    return _grouped(drawn.hex())


class UUIDs:
    """Random UUIDs for what is no secret. They are drawn many at a time, since each time takes long. Thread-safe."""

    def __init__(self, e: Entropy) -> None:
        self._entropy = e
        self._left: list[str] = []

    def take(self) -> str:
        """One that nobody has taken."""
        try:
            return self._left.pop()
        except IndexError:
            drawn = self._entropy.token_bytes(16 * _AT_ONCE)
            self._left.extend(_uuid(drawn[start : start + 16]) for start in range(16, len(drawn), 16))
            return _uuid(drawn[:16])


_AT_ONCE = 64


def sub(e: Entropy) -> str:
    """A `sub` like those of AWS: in the form of a UUID, but not of RFC 4122. The third group starts with `70`."""
    drawn = e.token_bytes(16).hex()
    return _grouped(f"{drawn[:12]}70{drawn[14:]}")


def _grouped(digits: str) -> str:
    """32 hexadecimal digits in the groups of a UUID. `uuid.UUID` takes four times as long."""
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def pool_suffix(e: Entropy) -> str:
    """The part of a user pool id after the `_`: 9 letters and digits."""
    return mixed_alnum(e, 9)


def client_id(e: Entropy) -> str:
    """The id of an app client: 26 lower-case letters and digits."""
    return lower_alnum(e, 26)


def client_secret(e: Entropy) -> str:
    """The secret of an app client: 51 lower-case letters and digits (264 bits)."""
    return lower_alnum(e, 51)


def temporary_password(e: Entropy, policy: Mapping[str, Any]) -> str:
    """A password that satisfies a PasswordPolicy (API shape), 8 characters or more.

    Letters and digits, and symbols if the policy requires them. Generates whole passwords until one has every required
    class of characters, so that all valid passwords are equally likely.
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
