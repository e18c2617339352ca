"""Time-based one-time passwords (RFC 6238): SHA-1, 6 digits, steps of 30 seconds. The time is an argument."""

from __future__ import annotations

import base64
import hashlib
import hmac

from keys.entropy import Entropy

STEP = 30
"""The length of a time step, in seconds."""
_DIGITS = 6
_SECRET_BYTES = 32


def mint_secret(e: Entropy) -> str:
    """A secret as AssociateSoftwareToken returns it: 32 bytes in Base32, 52 characters without padding."""
    return base64.b32encode(e.token_bytes(_SECRET_BYTES)).rstrip(b"=").decode()


def step(moment: float) -> int:
    """The number of the time step at a time (epoch seconds)."""
    return int(moment // STEP)


def code(secret: str, step: int) -> str:
    """The code of a time step (RFC 4226 section 5.3). `secret` is Base32, with or without padding."""
    tag = hmac.digest(secret_bytes(secret), step.to_bytes(8, "big"), hashlib.sha1)
    offset = tag[-1] & 0x0F
    number = int.from_bytes(tag[offset : offset + 4], "big") & 0x7FFF_FFFF
    return f"{number % 10**_DIGITS:0{_DIGITS}}"


def secret_bytes(secret: str) -> bytes:
    """The secret that Base32, with or without padding, stands for. Raises ValueError for what is none."""
    return base64.b32decode(secret + "=" * (-len(secret) % 8), casefold=True)


def matching_step(secret: str, given: str, moment: float, window: int = 1) -> int | None:
    """The nearest time step with the code `given`, up to `window` steps from `moment`. None if there is none."""
    now = step(moment)
    near = sorted(range(max(now - window, 0), now + window + 1), key=lambda each: abs(each - now))
    octets = given.encode("utf-8", "surrogatepass")
    fits = [each for each in near if hmac.compare_digest(octets, code(secret, each).encode())]
    return fits[0] if fits else None
