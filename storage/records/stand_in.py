"""The state of the stand-in identity provider."""

from __future__ import annotations

from msgspec import Struct


class StandInRecord(Struct, frozen=True):
    """A record of the stand-in provider, encrypted, identified by its kind and its key. Without `expires`, it stays."""

    kind: str
    key: str
    sealed: bytes
    expires: float | None
