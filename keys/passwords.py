"""Password hashes: bcrypt over a digest, since bcrypt reads only 72 bytes and stops at a NUL.

Cognito allows passwords of 256 characters, which may be 1,024 bytes. Passwords are not normalised.
"""

from __future__ import annotations

import base64
import hashlib

import bcrypt

from keys import imported_passwords


def digest(password: str, cost: int) -> str:
    """The bcrypt hash of a password, with a new salt. `cost` is 4 (1 ms), 10 (70 ms), 12 (280 ms) or up to 31."""
    return bcrypt.hashpw(_condensed(password), bcrypt.gensalt(cost)).decode()


def matches(password: str, kept: str | None, cost: int) -> bool:
    """Whether a password has the stored hash `kept`.

    If `kept` is None, a hash of the same `cost` is computed before the result, False, is returned, so that the response
    time does not reveal which users exist. Imported hashes take as long as the other system chose, until the first
    sign-in replaces them.
    """
    if kept and is_imported(kept):
        return imported_passwords.matches(password, kept.removeprefix(imported_passwords.MARK))
    right = bcrypt.checkpw(_condensed(password), (kept or dummy(cost)).encode())
    return right and kept is not None


def imported(text: str) -> str:
    """The stored form of a hash of another system that `imported_passwords.problem` has accepted."""
    return imported_passwords.MARK + text


def is_imported(kept: str) -> bool:
    """Whether a stored hash was imported. Replace it by a hash of ours when the user signs in with the password."""
    return kept.startswith(imported_passwords.MARK)


def dummy(cost: int) -> str:
    """A hash of `cost` that no password is known to have, to compare with when there is no stored hash."""
    return f"$2b${cost:02}${'.' * 53}"


def _condensed(password: str) -> bytes:
    """A digest of the whole password: 64 printable bytes."""
    return base64.b64encode(hashlib.sha384(password.encode("utf-8", "surrogatepass")).digest())
