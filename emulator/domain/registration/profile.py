"""Changes of a user's attributes. A new e-mail address or phone number is unverified, and gets a code."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from emulator.context import Context
from emulator.domain.accounts import accounts, attributes
from emulator.domain.accounts.principals import Principal
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
UNWRITABLE = "A client attempted to write unauthorized attribute"


def attributes_from_pairs(pairs: Collection[Mapping[str, Any]] | None) -> dict[str, str]:
    """Attributes `[{"Name", "Value"}]` as a dict. Raises InvalidParameterException for an attribute without a value."""
    for pair in pairs or ():
        if "Value" not in pair:
            raise InvalidParameterException(f"Attribute value for {pair['Name']} must not be null")
    # AWS unknown: which value counts where UserAttributes has a name twice; the last one here.
    return {pair["Name"]: pair["Value"] for pair in pairs or ()}


def check_writable(client: Client, pool: Pool, names: Collection[str]) -> None:
    """Raise NotAuthorizedException if one of the attributes may not be written by the client.

    Attributes that the pool's schema lacks pass: they are refused later, with another message.
    """
    schema = pool.settings["SchemaAttributes"]
    known = {entry["Name"] for entry in schema}
    if not known & set(names) <= client_settings.writable(client.settings, schema):
        raise NotAuthorizedException(UNWRITABLE)


def change(context: Context, principal: Principal, given: Mapping[str, str]) -> list[dict[str, str]]:
    """Change attributes for a user or an administrator. Returns CodeDeliveryDetails for each code that was sent.

    A new address is unverified unless `…_verified` is "true" in the same call. Where the pool requires verification
    before an update, the old address stays until the code that was sent to the new address is answered. What the client
    may write is not checked here. Raises InvalidParameterException, AliasExistsException, and what `delivery.send_code`
    raises.
    """
    pool, user = principal.pool, principal.user
    accounts.check_preferred_username(pool, user.status, given)
    after = attributes.check_change(pool.settings["SchemaAttributes"], user.attributes, given)
    unverified = [kind for kind in ADDRESSES if is_new(kind, user, after) and not _is_declared_verified(kind, given)]
    pending = {kind: after[kind] for kind in unverified if _replaces_once_verified(principal, kind)}
    after |= {f"{kind}_verified": "false" for kind in unverified}
    # AWS unknown: AdminUpdateUserAttributes that verifies an address by which another user signs in. Documentation
    # refuses it with AliasExistsException, as here; one report saw the address move to the second user.
    _check_free(context, principal, after)
    user = accounts.change(context, principal, _without_pending(user, after, pending))
    void_codes(context, user, given)
    principal = principal.with_user(user)
    automatic = pool.settings.get("AutoVerifiedAttributes") or []
    return [
        delivery.send_code(context, principal, ATTRIBUTE + kind, (kind, ADDRESSES[kind]), pending.get(kind))
        for kind in unverified
        if kind in automatic
    ]


def delete(context: Context, principal: Principal, names: list[str]) -> None:
    """Delete attributes, and with an address its verification and the code of a pending one.

    Raises InvalidParameterException for an attribute that cannot be deleted.
    """
    attributes.check_delete(principal.pool.settings["SchemaAttributes"], names)
    kept = {name: value for name, value in principal.user.attributes.items() if name not in names}
    user = accounts.change(context, principal, _without_pending(principal.user, kept, {}))
    void_codes(context, user, dict.fromkeys(names, ""))


def pending_address(context: Context, user: User, kind: str) -> str | None:
    """The address to which a code was sent, if it is not the user's present one; else None.

    That is a new address that replaces the present one once it is verified.
    """
    code = context.unit.codes.get(user.id, ATTRIBUTE + kind)
    return code.value if code and code.value != user.attributes.get(kind) else None


def verify(context: Context, principal: Principal, kind: str, given: str) -> None:
    """Spend the code that was sent to an address, and mark the address as verified; a pending one replaces the old one.

    Raises LimitExceededException, ExpiredCodeException, CodeMismatchException and AliasExistsException.
    """
    user, pending = principal.user, _replaces_once_verified(principal, kind)
    code = codes.spend(context, user, ATTRIBUTE + kind, given, "VerifyUserAttribute", to_new_address=pending)
    if code.value is None:
        raise ExpiredCodeException(codes.EXPIRED, "it is not known where the code went")
    accounts.change(context, principal, {**user.attributes, kind: code.value, f"{kind}_verified": "true"})


def proved(user: User, code: Code) -> dict[str, str]:
    """The user's attributes after `code` was answered: the address that got it is verified, if the user still has it.

    Nothing is stored.
    """
    if code.proves is None or user.attributes.get(code.proves) != code.value:
        return user.attributes
    return {**user.attributes, f"{code.proves}_verified": "true"}


def is_new(kind: str, user: User, after: Mapping[str, str]) -> bool:
    """Whether a change gives the user an address of this kind that differs from the present one."""
    return bool(after.get(kind)) and after.get(kind) != user.attributes.get(kind)


def _is_declared_verified(kind: str, given: Mapping[str, str]) -> bool:
    """Whether the request says that the new address is verified, which only an administrator may."""
    return given.get(f"{kind}_verified", "").lower() == "true"


def _replaces_once_verified(principal: Principal, kind: str) -> bool:
    """Whether a new address replaces the old one only once it is verified.

    The user must have an old address, and the pool must send codes for the attribute.
    """
    settings = principal.pool.settings
    update = settings.get("UserAttributeUpdateSettings") or {}
    required = kind in (update.get("AttributesRequireVerificationBeforeUpdate") or [])
    return required and kind in (settings.get("AutoVerifiedAttributes") or []) and kind in principal.user.attributes


def _check_free(context: Context, principal: Principal, after: Mapping[str, str]) -> None:
    """Raise AliasExistsException for an address by which another user signs in, before a code is sent to it."""
    unverified = {name: value for name, value in after.items() if not name.endswith("_verified")}
    rivalled = accounts.rivalled(context, principal, unverified)
    if rivalled:
        raise AliasExistsException(accounts.TAKEN.format(kind=rivalled))


def _without_pending(user: User, after: Mapping[str, str], pending: Mapping[str, str]) -> dict[str, str]:
    """The attributes to store: a pending address leaves the old one, a removed one loses its verification."""
    kept = dict(after)
    for kind in ADDRESSES:
        names = (kind, f"{kind}_verified")
        if kind in pending:
            before = {name: user.attributes[name] for name in names if name in user.attributes}
            kept = {name: value for name, value in kept.items() if name not in names} | before
        elif not kept.get(kind) and user.attributes.get(kind):
            kept.pop(f"{kind}_verified", None)
    return kept


def void_codes(context: Context, user: User, given: Mapping[str, str]) -> None:
    """Delete the codes of addresses that a change has replaced or removed while they were pending."""
    for kind in ADDRESSES:
        if kind in given and pending_address(context, user, kind):
            context.unit.codes.delete(user.id, ATTRIBUTE + kind)
