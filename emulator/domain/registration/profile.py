"""Changes of a user's attributes, and what a new address brings with it: verification lost, a code sent."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from emulator.context import Context
from emulator.domain.accounts import accounts, attributes
from emulator.domain.credentials import codes
from emulator.domain.messages import delivery
from emulator.domain.messages.delivery import ATTRIBUTE
from emulator.domain.messages.messages import Medium
from emulator.domain.pools import client_settings
from emulator.faults import (
    AliasExistsException,
    ExpiredCodeException,
    InvalidParameterException,
    NotAuthorizedException,
)
from storage.records.pools import Client, Pool
from storage.records.users import Code, User

ADDRESSES: dict[str, Medium] = {"email": "EMAIL", "phone_number": "SMS"}


def attributes_given(pairs: Collection[Mapping[str, Any]] | None) -> dict[str, str]:
    """Attributes `[{"Name", "Value"}]` as a dict. Raises InvalidParameterException for an attribute without a value."""
    for pair in pairs or ():
        if "Value" not in pair:
            raise InvalidParameterException(f"Attribute value for {pair['Name']} must not be null")
    # AWS unknown: which value counts where UserAttributes has a name twice; the last one here.
    return {pair["Name"]: pair["Value"] for pair in pairs or ()}


def check_writable(client: Client, pool: Pool, names: Collection[str]) -> None:
    """Raise NotAuthorizedException for attributes that the client may not write.

    Attributes that the pool's schema lacks pass: they are refused later, with another message.
    """
    schema = pool.settings["SchemaAttributes"]
    known = {entry["Name"] for entry in schema}
    if not known & set(names) <= client_settings.writable(client.settings, schema):
        raise NotAuthorizedException("A client attempted to write unauthorized attribute")


def change(context: Context, pool: Pool, user: User, given: Mapping[str, str]) -> list[dict[str, str]]:
    """Change attributes as a user or an administrator asks; answers the delivery details of the codes sent.

    A new address is unverified unless `…_verified` says otherwise in the same call. Where the pool asks for
    verification before an update, the old address stays until the code that goes to the new one is answered.

    AWS unknown: an administrator who verifies an address that another user signs in by; documentation refuses it as
    here, one report has seen it move to the second user.
    """
    accounts.check_preferred(pool, user.status, given)
    after = attributes.check_change(pool.settings["SchemaAttributes"], user.attributes, given)
    told = [kind for kind in ADDRESSES if is_new(kind, user, after) and not _is_vouched(kind, given)]
    held = {kind: after[kind] for kind in told if _holds(pool, kind, user)}
    after |= {f"{kind}_verified": "false" for kind in told}
    _check_free(context, pool, user, after)
    user = accounts.change(context, pool, user, _settled(user, after, held))
    _void(context, user, given)
    automatic = pool.settings.get("AutoVerifiedAttributes") or []
    return [
        delivery.send_code(context, pool, user, ATTRIBUTE + kind, (kind, ADDRESSES[kind]), held.get(kind))
        for kind in told
        if kind in automatic
    ]


def delete(context: Context, pool: Pool, user: User, names: list[str]) -> None:
    """Delete attributes; a deleted address takes its verification and its code along."""
    attributes.check_delete(pool.settings["SchemaAttributes"], names)
    kept = {name: value for name, value in user.attributes.items() if name not in names}
    user = accounts.change(context, pool, user, _settled(user, kept, {}))
    _void(context, user, dict.fromkeys(names, ""))


def waiting(context: Context, user: User, kind: str) -> str | None:
    """The address that a user asked for and has not verified yet, where the old one stays until then."""
    code = context.unit.codes.get(user.id, ATTRIBUTE + kind)
    return code.value if code and code.value != user.attributes.get(kind) else None


def verify(context: Context, pool: Pool, user: User, kind: str, given: str) -> None:
    """Spend the code that went to an address: it is verified, and takes the place of the old one if it waited."""
    waits = _holds(pool, kind, user)
    code = codes.spend(context, user, ATTRIBUTE + kind, given, "VerifyUserAttribute", to_new_address=waits)
    if code.value is None:
        raise ExpiredCodeException(codes.EXPIRED, "it is not known where the code went")
    accounts.change(context, pool, user, {**user.attributes, kind: code.value, f"{kind}_verified": "true"})


def proved(user: User, code: Code) -> dict[str, str]:
    """A user's attributes once they answered a code: what it was sent to is verified, if it is still the same."""
    if code.proves is None or user.attributes.get(code.proves) != code.value:
        return user.attributes
    return {**user.attributes, f"{code.proves}_verified": "true"}


def is_new(kind: str, user: User, after: Mapping[str, str]) -> bool:
    """Whether an address among the attributes `after` a change is another than the user had before."""
    return bool(after.get(kind)) and after.get(kind) != user.attributes.get(kind)


def _is_vouched(kind: str, given: Mapping[str, str]) -> bool:
    """Whether the caller says that the new address is verified; only an administrator can."""
    return given.get(f"{kind}_verified", "").lower() == "true"


def _holds(pool: Pool, kind: str, user: User) -> bool:
    """Whether a new address waits until it is verified; it needs one before it, and a code to be sent."""
    settings = pool.settings.get("UserAttributeUpdateSettings") or {}
    waits = kind in (settings.get("AttributesRequireVerificationBeforeUpdate") or [])
    return waits and kind in (pool.settings.get("AutoVerifiedAttributes") or []) and kind in user.attributes


def _check_free(context: Context, pool: Pool, user: User, after: Mapping[str, str]) -> None:
    """Refuse an address that another user signs in by, before a code goes there."""
    unverified = {name: value for name, value in after.items() if not name.endswith("_verified")}
    rivalled = accounts.rivalled(context, pool, user, unverified)
    if rivalled:
        raise AliasExistsException(accounts.TAKEN.format(kind=rivalled))


def _settled(user: User, after: Mapping[str, str], held: Mapping[str, str]) -> dict[str, str]:
    """The attributes to keep: an address that waits stays what it was, one that is gone is not verified."""
    kept = dict(after)
    for kind in ADDRESSES:
        names = (kind, f"{kind}_verified")
        if kind in held:
            before = {name: user.attributes[name] for name in names if name in user.attributes}
            kept = {name: value for name, value in kept.items() if name not in names} | before
        elif not kept.get(kind) and user.attributes.get(kind):
            kept.pop(f"{kind}_verified", None)
    return kept


def _void(context: Context, user: User, given: Mapping[str, str]) -> None:
    """Void the codes that went to an address which a change has replaced or removed."""
    for kind in ADDRESSES:
        if kind in given and waiting(context, user, kind):
            context.unit.codes.drop(user.id, ATTRIBUTE + kind)
