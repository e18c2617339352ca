"""Sign-ins in progress, token families and refresh tokens."""

from __future__ import annotations

from typing import Any

from msgspec import Struct, field


class SignIn(Struct, frozen=True):
    """A sign-in in progress, identified by the digest of its session string.

    `challenge` is the challenge to be answered next, `state` the results of the steps before. `user_id` is None for the
    simulated sign-in of an unknown user. Rows with `spent` are kept until they expire, to tell replayed sessions from
    forged ones.
    """

    digest: str
    pool_id: str
    client_id: str
    user_id: int | None
    challenge: str
    state: dict[str, Any]
    expires: float
    spent: bool = False


class Family(Struct, frozen=True):
    """A token family: all tokens that descend from one authentication, and are revoked together.

    `origin_jti` and `event_id` are claims of its tokens. `session` is the id of the session ("tkn…") in pools that
    track sessions, `active` the time of its last use. `details` has further claims of the tokens and properties of the
    session. The family is deleted once it has expired (`expires`).
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


class RefreshToken(Struct, frozen=True):
    """A refresh token, identified by its digest. `rotated` is the time when another refresh token replaced this one."""

    digest: str
    origin_jti: str
    expires: float
    rotated: float | None = None
