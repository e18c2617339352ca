"""What the functions of a kind are given to apply entries: the unit of work, and the operations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from emulator import registry
from emulator.call import Call
from emulator.context import Context
from emulator.domain.pools import regions
from emulator.faults import Fault
from emulator.seed.entries import Entry, SeedError
from emulator.wire import model
from keys.vault import Tampered
from storage.records.pools import Pool


class Seeding:
    """One application of entries, in one unit of work.

    `kept` is for what the functions of a kind keep until the end of the application, by keys of their own.
    """

    def __init__(self, context: Context) -> None:
        self.context = context
        self.unit = context.unit
        self.world = context.world
        self.settings = context.settings
        self.now = context.now
        self.kept: dict[Any, Any] = {}

    def region(self, entry: Entry) -> str:
        """The region of the pool that the entry is or is in: that of its id, or else the one of the settings."""
        top = entry.top
        known = top.id or top.members.get("Id") or top.members.get("IdentityPoolId") or ""
        return regions.of_id(known) if known else self.settings.region

    def pool(self, entry: Entry) -> Pool:
        """The user pool that the entry is or is in. Raises SeedError where another transaction has deleted it."""
        pool = self.unit.pools.get(entry.top.id or "")
        if pool is None:
            raise entry.error("the pool was deleted meanwhile")
        return pool

    def call(
        self,
        service: model.Name,
        operation: str,
        request: Mapping[str, Any],
        entry: Entry,
        pins: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        """Run the function of an operation, as part of this unit of work, in the region of the entry's pool.

        The request is not validated: what the entry's members hold is valid. `pins` are `Call.pins`. Raises SeedError.
        """
        call = self.calling(service, operation, request, entry)
        call.pins = pins or {}
        try:
            return registry.get(service, operation).function(call) or {}
        except Fault as fault:
            raise refused(entry, fault) from None

    def calling(
        self, service: model.Name, operation: str, request: Mapping[str, Any], entry: Entry
    ) -> Call[Mapping[str, Any]]:
        """A call of an operation for the rules that want one: `call.pool`, `call.client`, `call.user`."""
        outer = self.context
        origin = replace(outer.origin, region=self.region(entry))
        known = registry.get(service, operation).operation
        call: Call[Mapping[str, Any]] = Call(known, request, self.unit, self.world, self.settings, origin)
        call.now, call.afterwards, call.held = outer.now, outer.afterwards, outer.held
        call.signing_keys = outer.signing_keys
        return call

    def in_pool(
        self, operation: str, entry: Entry, request: Mapping[str, Any], pins: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        """`call` an operation of user pools for the pool that the entry is in."""
        return self.call("cognito-idp", operation, {"UserPoolId": entry.top.id, **request}, entry, pins)

    def opened(self, sealed: bytes, context: str, entry: Entry, member: str) -> bytes:
        """What an export of a server with the same data key has sealed. Raises SeedError."""
        try:
            return self.context.vault.open(sealed, f"seed {context}")
        except Tampered:
            words = (
                "it was sealed with another data key, or for something else; an export with ?portable=true is in clear"
            )
            raise entry.error(words, member) from None


def refused(entry: Entry, fault: Fault) -> SeedError:
    """The error of an entry that AWS's rules refuse. It names the member that is wrong, if it can be told."""
    message = fault.message or fault.code
    return entry.error(message + (f" ({fault.reason})" if fault.reason else ""), _member_of(entry, message))


def _member_of(entry: Entry, message: str) -> str:
    """The member that a message names, or one whose value it quotes; empty for none."""
    lower = message.lower()
    by_length = sorted(entry.members, key=len, reverse=True)
    for name in by_length:
        if name.lower() in lower:
            return name
    for name in by_length:
        if any(text in message for text in _texts(entry.members[name])):
            return name
    return ""


def _texts(value: Any) -> list[str]:
    """The texts in a value that are long enough to be recognised in a message."""
    if isinstance(value, str):
        return [value] if len(value) > 3 else []
    if isinstance(value, dict):
        value = list(value.values())
    return [text for each in value for text in _texts(each)] if isinstance(value, list) else []
