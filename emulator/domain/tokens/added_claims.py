"""Claims that a test adds to the next tokens of a user, as PreTokenGeneration could."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emulator.context import Context
from emulator.domain.tokens import token_overrides
from emulator.faults import Fault
from emulator.outside import orders
from emulator.outside.orders import CLAIMS
from storage.records.pools import Pool
from storage.records.users import User

_REMARK = "claims: /_emulator/claims added some"
_SHOWN = ("pool", "user", "id", "access", "times")


class Protected(Fault, code="Protected"):
    """A claim cannot be changed. The message names it."""


def order(
    context: Context, pool: Pool, user: User, identity: Mapping[str, Any], access: Mapping[str, Any], times: int
) -> None:
    """Add claims to the user's next `times` pairs of tokens. Raises Protected for what no function could set."""
    for name, value in identity.items():
        if not token_overrides.is_free_in_id_token(name, value):
            raise Protected(f"id: {name} cannot be set in an ID token" + _to_this(value))
    for name, value in access.items():
        if not token_overrides.is_free_in_access_token(name, value):
            raise Protected(f"access: {name} cannot be set in an access token")
    content = {"pool": pool.id, "sub": user.sub, "user": user.username, "id": dict(identity), "access": dict(access)}
    context.world.orders.give(context.unit, CLAIMS, content | {"times": times}, context.afterwards)


def take(context: Context, user: User) -> tuple[dict[str, Any], dict[str, Any]]:
    """The claims to be added to an ID and an access token of a user now: of two orders for a claim, the later's.

    Counts the orders down with the commit of the unit.
    """
    ordered = context.world.orders
    if not any(each["sub"] == user.sub for each in ordered.found(context.unit, CLAIMS).values()):
        return {}, {}
    orders.lock(context.unit, CLAIMS)
    identity: dict[str, Any] = {}
    access: dict[str, Any] = {}
    for key, each in ordered.found(context.unit, CLAIMS).items():
        if each["sub"] == user.sub:
            identity |= each["id"]
            access |= each["access"]
            orders.count_down(context.unit, CLAIMS, key, each)
    if identity or access:
        context.remark = _REMARK
    return identity, access


def waiting(context: Context) -> list[dict[str, Any]]:
    """The orders that wait, the oldest first."""
    found = context.world.orders.found(context.unit, CLAIMS).values()
    return [{name: each[name] for name in _SHOWN} for each in found]


def withdraw(context: Context, pool_id: str | None = None, sub: str | None = None) -> int:
    """Take orders back: all, those of a pool, or those of a user. Returns how many there were."""
    orders.lock(context.unit, CLAIMS)
    gone = 0
    for key, each in context.world.orders.found(context.unit, CLAIMS).items():
        if pool_id in (None, each["pool"]) and sub in (None, each["sub"]):
            orders.withdraw(context.unit, CLAIMS, key)
            gone += 1
    return gone


def _to_this(value: Any) -> str:
    return " to an object or a list" if isinstance(value, dict | list) else ""
