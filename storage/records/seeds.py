"""Entries of seed files."""

from __future__ import annotations

from msgspec import Struct


class SeededEntry(Struct, frozen=True):
    """An entry of a seed file as it was applied last.

    `scope` is the id of the pool that it is in, empty for one that is in none. `made` is the id of what it made, if its
    key is none. `pool_id` is the user pool with which the row is deleted.
    """

    kind: str
    scope: str
    key: str
    fingerprint: bytes
    made: str | None = None
    pool_id: str | None = None


class ServerSetting(Struct, frozen=True):
    """A setting of the whole server: a function, a role or a provider of IAM, encrypted."""

    kind: str
    name: str
    sealed: bytes
