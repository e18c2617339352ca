"""How a call ended, and what it was about, for the log and the events."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct, field

from emulator.call import Call
from emulator.faults import Fault
from emulator.wire.model import Operation

_NAMES = {"UserPoolId": "pool", "IdentityPoolId": "pool", "ClientId": "client", "IdentityId": "user"}
"""Member of a request → the field of the log that has its value."""


class Outcome(Struct):
    """How a call ended: with `body`, the encoded answer, or with `fault`.

    `about` has the ids of pool and client and the name of the user ("pool", "client", "user"), as far as they are
    known, and the call's remark ("remark"), for the log. `milliseconds` is how long the call took.
    """

    operation: Operation
    body: bytes = b""
    fault: Fault | None = None
    noted: bool = True
    about: dict[str, str | None] = field(default_factory=dict)
    milliseconds: float = 0.0


def named(request: Mapping[str, Any]) -> dict[str, str | None]:
    """The ids that a request names."""
    return {name: request[member] for member, name in _NAMES.items() if member in request}


def resolved(call: Call[Any]) -> dict[str, str | None]:
    """The pool, client and user of a call, as far as the operation has looked them up, and its remark."""
    held = {name: each.value for name, each in call.found.items() if each.value is not None}
    bearer = held.get("bearer")
    pool = held.get("pool") or (bearer and bearer.pool)
    client = held.get("named_client") or (bearer and bearer.client)
    user = held.get("claimed_user") or (bearer and bearer.user)
    username = user.username if user else call.username
    found = {"pool": pool and pool.id, "client": client and client.id, "user": username, "remark": call.remark}
    return {name: value for name, value in found.items() if value}
