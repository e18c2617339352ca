"""Password hashes that were imported from other systems: checking their format, and verifying passwords.

The formats and limits of bcrypt, scrypt, Argon2id and PBKDF2 are those of AWS's guide, "Importing users with password
hashes".
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

import bcrypt

MARK = "imported:"
"""The prefix of imported hashes in the database. Our own digests do not have the prefix."""

_BCRYPT_READS = 72
_LAST_OF_A_SALT = ".Oeu"
_SCRYPT_MEMORY = 128 * 1024 * 1024
_FORMS = {
    "BCRYPT": re.compile(r"\$2[abxy]\$(?P<cost>[0-9]{2})\$[./A-Za-z0-9]{53}"),
    "SCRYPT": re.compile(
        r"(?P<N>[1-9][0-9]{0,9})\$(?P<r>[1-9][0-9]{0,9})\$(?P<p>[1-9][0-9]{0,9})"
        r"\$(?P<salt>(?:[0-9A-Fa-f]{2}){1,128})\$(?P<hash>(?:[0-9A-Fa-f]{2}){16,128})"
    ),
    "ARGON2ID": re.compile(
        r"\$argon2id\$v=19\$m=(?P<m>[1-9][0-9]{0,9}),t=(?P<t>[1-9][0-9]{0,9}),p=(?P<p>[1-9][0-9]{0,9})"
        r"\$(?P<salt>[A-Za-z0-9+/]{11,171})\$(?P<hash>[A-Za-z0-9+/]{16,171})"
    ),
    "PBKDF2_SHA256": re.compile(
        r"\$pbkdf2-sha256\$(?P<iterations>[1-9][0-9]{0,9})\$(?P<salt>[A-Za-z0-9+/.]{2,171})\$(?P<hash>[A-Za-z0-9+/.]{43})"
    ),
}
_MOST: Mapping[str, Mapping[str, int]] = {
    "BCRYPT": {"cost": 12},
    "SCRYPT": {"N": 65_536, "r": 8, "p": 1},
    "ARGON2ID": {"m": 19_456, "t": 2, "p": 1},
    "PBKDF2_SHA256": {"iterations": 600_000},
}


class _Parts(NamedTuple):
    """The parsed parts of a hash."""

    numbers: Mapping[str, int]
    salt: bytes
    hash: bytes


def algorithm_of(text: str) -> str | None:
    """The algorithm of which a hash has the form, None for none."""
    return next((name for name, form in _FORMS.items() if form.fullmatch(text)), None)


def problem(algorithm: str, text: str, most_of: Mapping[str, Mapping[str, int]] = {}) -> str | None:
    """What is wrong with a hash of that algorithm, for the log of the import job. None if the hash is valid.

    `most_of` has the largest parameters of an algorithm where they are others than AWS's.
    """
    found = _FORMS[algorithm].fullmatch(text)
    if found is None:
        return f"is not of the form of {algorithm}"
    for name, most in most_of.get(algorithm, _MOST[algorithm]).items():
        if int(found[name]) > most:
            return f"has the parameter {name} above {most}"
    cannot = _unusable(algorithm, text)
    return "cannot be read" if cannot else None


def matches(password: str, text: str) -> bool:
    """Whether a password has the hash `text`, which has the form of one of the algorithms, without `MARK`.

    False for hashes of that form that are invalid, which earlier versions imported.
    """
    octets = password.encode("utf-8", "surrogatepass")
    algorithm = next(name for name, form in _FORMS.items() if form.fullmatch(text))
    if _unusable(algorithm, text):
        return False
    if algorithm == "BCRYPT":
        return bcrypt.checkpw(octets[:_BCRYPT_READS], text.encode())
    parts = _parts(algorithm, text)
    return hmac.compare_digest(_DERIVE[algorithm](octets, parts), parts.hash)


def _unusable(algorithm: str, text: str) -> bool:
    """Whether the algorithm cannot produce a hash, although its format is right and its parameters are allowed.

    The salt of bcrypt is 128 bits in 22 characters, so that the last character has only two significant bits.
    """
    if algorithm == "BCRYPT":
        return int(text[4:6]) < 4 or text[28] not in _LAST_OF_A_SALT
    try:
        parts = _parts(algorithm, text)
    except ValueError:
        return True
    cost, block = parts.numbers.get("N", 2), parts.numbers.get("r", 1)
    has_cost = 2 <= cost < 1 << 16 * block and cost & (cost - 1) == 0
    return not has_cost or parts.numbers.get("m", 8) < 8 * parts.numbers.get("p", 1)


def _parts(algorithm: str, text: str) -> _Parts:
    """Parse a hash. Raises `ValueError` if its format is wrong."""
    found = _FORMS[algorithm].fullmatch(text)
    named = found.groupdict() if found else {}
    if not named:
        raise ValueError(algorithm)
    read = bytes.fromhex if algorithm == "SCRYPT" else _unpadded
    salt, kept = read(named.pop("salt")), read(named.pop("hash"))
    return _Parts({name: int(number) for name, number in named.items()}, salt, kept)


def _unpadded(text: str) -> bytes:
    """Decode base64 without padding. passlib writes `.` for `+`."""
    return base64.b64decode(text.replace(".", "+") + "=" * (-len(text) % 4), validate=True)


def _scrypt(password: bytes, parts: _Parts) -> bytes:
    n, r, p = (parts.numbers[name] for name in "Nrp")
    return hashlib.scrypt(password, salt=parts.salt, n=n, r=r, p=p, maxmem=_SCRYPT_MEMORY, dklen=len(parts.hash))


def _argon2id(password: bytes, parts: _Parts) -> bytes:
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

    numbers = parts.numbers
    derived = Argon2id(
        salt=parts.salt, length=len(parts.hash), iterations=numbers["t"], lanes=numbers["p"], memory_cost=numbers["m"]
    )
    return derived.derive(password)


def _pbkdf2(password: bytes, parts: _Parts) -> bytes:
    return hashlib.pbkdf2_hmac("sha256", password, parts.salt, parts.numbers["iterations"], len(parts.hash))


_DERIVE: Mapping[str, Callable[[bytes, _Parts], bytes]] = {
    "SCRYPT": _scrypt,
    "ARGON2ID": _argon2id,
    "PBKDF2_SHA256": _pbkdf2,
}
