"""What the processes of one database share beside the data of pools."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class ServerState:
    """The offset of the clock, in seconds, and the version of it and of the rate limits."""

    version: int
    clock_offset: float


@dataclass(frozen=True, slots=True)
class SealedMessage:
    """A message, encrypted, with keyed digests of the pool's id, the username and the address."""

    id: str
    pool_digest: bytes
    user_digest: bytes
    recipient_digest: bytes
    sealed: bytes


@dataclass(frozen=True, slots=True)
class RateBucket:
    """A token bucket of a rate limit: the calls that it still admits, and when it was last filled."""

    name: str
    tokens: float
    filled: float


@dataclass(frozen=True, slots=True)
class NumberedEvent:
    """An event of a call, the time at which it was noted, and its number, which grows from commit to commit.

    After all events were deleted, numbers may begin anew.
    """

    number: int
    noted: float
    event: Mapping[str, Any]
