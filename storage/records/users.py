"""Users, the groups they are in, and the codes that were sent to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class User:
    """A user of a pool.

    `attributes` maps a name ("email", "custom:plan") to its string value, `sub` left out. `password` is a
    bcrypt digest or None; `password_set` the moment it was set; `verifier` what SRP needs of it, sealed.
    """

    id: int
    pool_id: str
    username: str
    sub: str
    status: str
    enabled: bool
    password: str | None
    password_set: float | None
    attributes: dict[str, str]
    settings: dict[str, Any]
    created: float
    modified: float
    verifier: bytes | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """A group. `settings` holds Description, RoleArn and Precedence where set."""

    id: int
    pool_id: str
    name: str
    settings: dict[str, Any]
    created: float
    modified: float


@dataclass(frozen=True, slots=True)
class Code:
    """A code that was sent and not yet spent. One for each user and purpose; a new one replaces it.

    `proves` names the attribute that whoever answers the code controls ("email"), and `value` the value it
    had when the code was sent.
    """

    user_id: int
    purpose: str
    digest: str
    proves: str | None
    value: str | None
    expires: float


@dataclass(frozen=True, slots=True)
class Attempts:
    """How often something was tried: failed passwords, wrong codes, resends."""

    user_id: int
    kind: str
    count: int
    since: float
    last: float
    locked_until: float


@dataclass(frozen=True, slots=True)
class StandInAttempts:
    """How often something was tried by a name that no user of the pool has; `name` is a keyed digest of it."""

    pool_id: str
    name: str
    kind: str
    count: int
    since: float
    last: float
    locked_until: float
