"""Sign-ins in progress, and what a finished one leaves: token families and refresh tokens."""

from __future__ import annotations

from dataclasses import dataclass
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
    """All tokens that descend from one authentication; they live and are revoked together."""

    origin_jti: str
    event_id: str
    pool_id: str
    client_id: str
    user_id: int
    auth_time: int
    expires: float
    revoked: bool = False


@dataclass(frozen=True, slots=True)
class RefreshToken:
    """A refresh token, by digest."""

    digest: str
    origin_jti: str
    expires: float
