"""What the processes of one database share beside the data of pools."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct


class ServerState(Struct, frozen=True):
    """The offset of the clock, in seconds, the version of it and of the rate limits, and that of the configuration."""

    version: int
    clock_offset: float
    configuration: int = 0


class SealedMessage(Struct, frozen=True):
    """A message, encrypted, with keyed digests of the pool's id, the username and the address."""

    id: str
    pool_digest: bytes
    user_digest: bytes
    recipient_digest: bytes
    sealed: bytes


class RateBucket(Struct, frozen=True):
    """A token bucket of a rate limit: the calls that it still admits, and when it was last filled."""

    name: str
    tokens: float
    filled: float


class NumberedEvent(Struct, frozen=True):
    """An event of a call, the time at which it was noted, and its number, which grows from commit to commit.

    After all events were deleted, numbers may begin anew.
    """

    number: int
    noted: float
    event: Mapping[str, Any]
