"""Proof Key for Code Exchange (RFC 7636), with S256 alone."""

from __future__ import annotations

import base64
import hashlib
import re

from keys import secret_hash

_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
"""SHA-256 in base64url, without padding (section 4.2)."""


def is_challenge(text: str) -> bool:
    """Whether a code_challenge can be the S256 challenge of a verifier."""
    return _CHALLENGE.fullmatch(text) is not None


def challenge(verifier: str) -> str:
    """The S256 challenge of a code_verifier (RFC 7636, section 4.2). Raises UnicodeEncodeError if it is not ASCII."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode("ascii")).digest()).rstrip(b"=").decode()


def objection(verifier: str | None, expected: str | None) -> str | None:
    """Why a code_verifier does not fit the challenge of the authorization request, for the log; None if it does.

    A code without a challenge takes no verifier: the request may have lost its challenge on the way (RFC 9700, 4.8.2).
    """
    # AWS unknown: what POST /oauth2/token answers to a code_verifier where GET /oauth2/authorize got no code_challenge.
    # Here it is invalid_grant.
    if expected is None:
        return None if verifier is None else "there was no code_challenge"
    if verifier is None:
        return "code_verifier is missing"
    if not _VERIFIER.fullmatch(verifier) or not secret_hash.equal(challenge(verifier), expected):
        return "code_verifier is wrong"
    return None
