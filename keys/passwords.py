"""Passwords at rest: bcrypt over a digest, since bcrypt reads 72 bytes and stops at a NUL.

Cognito allows 256 characters, which may be 1,024 bytes. The text is taken as it is: nothing is normalised.
"""

from __future__ import annotations

import base64
import hashlib

import bcrypt

from keys import imported_passwords


def digest(password: str, cost: int) -> str:
    """The bcrypt digest to keep, freshly salted. `cost` is 4 to 31: 4 is 1 ms, 10 is 70, 12 is 280."""
    return bcrypt.hashpw(_condensed(password), bcrypt.gensalt(cost)).decode()


def matches(password: str, kept: str | None, cost: int) -> bool:
    """Whether a password is the one kept.

    Where none is kept the answer is no, after the work of a digest of `cost`: the time it takes does not tell
    who exists. What was imported takes as long as the other system chose, until the first sign-in replaces it.
    """
    if kept and is_imported(kept):
        return imported_passwords.matches(password, kept.removeprefix(imported_passwords.MARK))
    right = bcrypt.checkpw(_condensed(password), (kept or dummy(cost)).encode())
    return right and kept is not None


def imported(text: str) -> str:
    """What to keep of a hash that another system made, of which `imported_passwords` sees no problem."""
    return imported_passwords.MARK + text


def is_imported(kept: str) -> bool:
    """Whether what is kept is another system's hash: to be replaced by a digest of ours once the password is seen."""
    return kept.startswith(imported_passwords.MARK)


def dummy(cost: int) -> str:
    """A digest of `cost` that no known password has, to compare with where there is none."""
    return f"$2b${cost:02}${'.' * 53}"


def _condensed(password: str) -> bytes:
    """64 printable bytes that depend on the whole password."""
    return base64.b64encode(hashlib.sha384(password.encode("utf-8", "surrogatepass")).digest())
