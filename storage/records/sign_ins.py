"""Sign-ins in progress, and what a finished one leaves: token families and refresh tokens."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class SignIn:
    """A sign-in in progress, found by the digest of its session string.

    `challenge` is what is expected next and `state` what the steps so far left. `user_id` is None for the
    simulated sign-in of an unknown user. A spent one is kept until it expires, to tell replay from forgery.
    """

    digest: str
    pool_id: str
    client_id: str
    user_id: int | None
    challenge: str
    state: dict[str, Any]
    expires: float
    spent: bool = False


@dataclass(frozen=True, slots=True)
class Family:
    """All tokens that descend from one authentication; they live and are revoked together.

    `session` names it where the pool tracks sessions ("tkn…"), and `active` is its last activity. `details` holds
    what its tokens and its session say beyond the other fields.
    """

    origin_jti: str
    event_id: str
    pool_id: str
    client_id: str
    user_id: int
    auth_time: int
    expires: float
    revoked: bool = False
    device_key: str | None = None
    session: str | None = None
    active: float = 0.0
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RefreshToken:
    """A refresh token, by digest. `rotated` is the moment another took its place."""

    digest: str
    origin_jti: str
    expires: float
    rotated: float | None = None
