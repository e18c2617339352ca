"""Changes of a user's attributes, and what a new address brings with it: verification lost, a code sent."""

from __future__ import annotations

from collections.abc import Mapping

from emulator.context import Context
from emulator.domain import accounts, attributes, codes, delivery
from emulator.domain.delivery import ATTRIBUTE, Medium
from storage.records.pools import Pool
from storage.records.users import User

ADDRESSES: dict[str, Medium] = {"email": "EMAIL", "phone_number": "SMS"}
_TRIGGER = "CustomMessage_UpdateUserAttribute"


def change(context: Context, pool: Pool, user: User, given: Mapping[str, str]) -> list[dict[str, str]]:
    """Change attributes as a user or an administrator asks; answers the delivery details of the codes sent.

    A new address is unverified unless `…_verified` says otherwise in the same call. Where the pool asks for
    verification before an update, the old address stays until the code that goes to the new one is answered.
    """
    after = attributes.check_change(pool.settings["SchemaAttributes"], user.attributes, given)
    told = [kind for kind in ADDRESSES if _is_new(kind, user, after) and given.get(f"{kind}_verified") != "true"]
    held = {kind: after[kind] for kind in told if _holds(pool, kind, user)}
    for kind in told:
        if kind in held:
            after[kind] = user.attributes[kind]
        else:
            after[f"{kind}_verified"] = "false"
    user = accounts.change(context, pool, user, after)
    automatic = pool.settings.get("AutoVerifiedAttributes", [])
    return [
        delivery.send_code(context, pool, user, ATTRIBUTE + kind, (kind, ADDRESSES[kind]), _TRIGGER, held.get(kind))
        for kind in told
        if kind in automatic
    ]


def delete(context: Context, pool: Pool, user: User, names: list[str]) -> None:
    """Delete attributes; a deleted address takes its verification along."""
    attributes.check_delete(pool.settings["SchemaAttributes"], names)
    gone = {*names, *(f"{name}_verified" for name in names if name in ADDRESSES)}
    accounts.change(context, pool, user, {name: value for name, value in user.attributes.items() if name not in gone})


def verify(context: Context, pool: Pool, user: User, kind: str, given: str) -> None:
    """Spend the code that went to an address: it is verified, and takes the place of the old one if it waited."""
    code = codes.spend(context, user, ATTRIBUTE + kind, given, "VerifyUserAttribute")
    if not code.value:
        return
    accounts.change(context, pool, user, {**user.attributes, kind: code.value, f"{kind}_verified": "true"})


def _is_new(kind: str, user: User, after: Mapping[str, str]) -> bool:
    return bool(after.get(kind)) and after.get(kind) != user.attributes.get(kind)


def _holds(pool: Pool, kind: str, user: User) -> bool:
    """Whether a new address waits until it is verified; it needs one before it, and a code to be sent."""
    settings = pool.settings.get("UserAttributeUpdateSettings") or {}
    waits = kind in settings.get("AttributesRequireVerificationBeforeUpdate", [])
    return waits and kind in pool.settings.get("AutoVerifiedAttributes", []) and kind in user.attributes
