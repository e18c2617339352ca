"""The claims that every login token needs, read before the signature is verified."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from emulator.domain.identities.token_problems import MissingClaim, NotAToken
from keys import signing

REQUIRED = ("iss", "aud", "exp", "sub")
_LONGEST_SUBJECT = 256
"""Characters of a user's identifier. OpenID Connect allows 255 (Core 1.0, section 2), SAML 256 (Core 2.0, 8.3.7)."""


def unverified(token: str) -> dict[str, Any]:
    """The claims of a JWT, with `iss`, `aud`, `exp` and `sub` of the right types. Raises NotAToken and MissingClaim."""
    try:
        _, claims = signing.peek(token)
    except signing.Unreadable as problem:
        raise NotAToken(str(problem)) from None
    for name in REQUIRED:
        if name not in claims:
            raise MissingClaim(name)
    texts = (claims["iss"], *audiences(claims))
    if not all(is_text(text) for text in texts) or not is_moment(claims["exp"]):
        raise NotAToken("a claim has the wrong type")
    if not is_subject(claims["sub"]):
        raise NotAToken("sub is not the identifier of a user")
    return claims


def audiences(claims: Mapping[str, Any]) -> list[Any]:
    """`aud` as a list: it may be one audience or several (RFC 7519, section 4.1.3)."""
    named = claims["aud"]
    return named if isinstance(named, list) and named else [named]


def client_id(claims: Mapping[str, Any]) -> str:
    """The client that a token was issued for: `azp`, or else `aud`."""
    presenter = claims.get("azp")
    return presenter if isinstance(presenter, str) else str(audiences(claims)[0])


def is_subject(value: object) -> bool:
    """Whether this can be the identifier of a user, which is part of a key in the database: text that is not long."""
    return is_text(value) and isinstance(value, str) and len(value) <= _LONGEST_SUBJECT


def is_text(value: object) -> bool:
    """Whether a claim is text that can be stored: not empty, without lone surrogates, which JSON can have."""
    return isinstance(value, str) and bool(value) and not any("\ud800" <= letter <= "\udfff" for letter in value)


def is_moment(value: object) -> bool:
    """Whether a claim is a finite number: Python's JSON reader accepts NaN and Infinity."""
    return (type(value) is int) or (type(value) is float and math.isfinite(value))
