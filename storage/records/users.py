"""Users, groups, codes that were sent to users, and counters of attempts."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

SEARCHED = ("email", "phone_number", "name", "given_name", "family_name", "preferred_username")
"""The attributes that ListUsers can filter by, each a column of its own in the table of users."""


class User(Struct, frozen=True):
    """A user of a pool.

    `attributes` maps names ("email", "custom:plan") to string values, without `sub`. `password` is a bcrypt digest or
    None, `password_set` the time when the password was set, `verifier` the SRP salt and verifier, encrypted.
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


class Group(Struct, frozen=True):
    """A group. `settings` has Description, RoleArn and Precedence if set."""

    id: int
    pool_id: str
    name: str
    settings: dict[str, Any]
    created: float
    modified: float


class Code(Struct, frozen=True):
    """A code that was sent to a user and not used yet. A new code replaces the code before it for the same purpose.

    `proves` is the attribute that a right answer verifies ("email"), `value` the value of the attribute when the code
    was sent.
    """

    user_id: int
    purpose: str
    digest: str
    proves: str | None
    value: str | None
    expires: float


class Attempts(Struct, frozen=True):
    """A counter of attempts of a user: wrong passwords, wrong codes, codes that were sent again.

    `since` is when counting began, `last` the time of the newest attempt. `locked_until` is 0 if nothing is locked.
    """

    user_id: int
    kind: str
    count: int
    since: float
    last: float
    locked_until: float


class StandInAttempts(Struct, frozen=True):
    """A counter of attempts with a username that no user of the pool has. `name` is a keyed digest of the username.

    The times are those of `Attempts`.
    """

    pool_id: str
    name: str
    kind: str
    count: int
    since: float
    last: float
    locked_until: float
