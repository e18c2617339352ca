"""User accounts: look-up by any name, creation and change. The aliases in the database follow the attributes."""

from __future__ import annotations

import re
from collections.abc import Mapping

from msgspec import Struct

from emulator.context import Context
from emulator.domain.accounts import filters, usernames
from emulator.domain.accounts.principals import Principal
from emulator.faults import AliasExistsException, InvalidParameterException, UsernameExistsException
from storage.records.pools import Pool
from storage.records.users import SEARCHED, User
from storage.unit import Unit
from storage.violations import UniqueViolation

TAKEN = "An account with the given {kind} already exists."
"""AWS's message for an alias of another user."""

_SUB = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_PREFERRED = "preferred_username"
_NAMES = ("username", "preferred_username", "email", "phone_number")
_TOO_EARLY = (
    "Preferred username cannot be provided for unconfirmed account, "
    "since user pool is configured for preferred username alias."
)


class Alias(Struct, frozen=True):
    """A name by which a user signs in: the attribute `kind`, its value, and `key`, which is the value normalised."""

    kind: str
    key: str
    value: str


def find(unit: Unit, pool: Pool, typed: str) -> User | None:
    """The user with that `sub`, username or active alias, in any spelling that the pool treats alike; else None.

    A `sub` takes precedence, and a preferred username comes last, so that nobody can impersonate another by choosing a
    name. All queries run whatever is found, so that the time taken does not show whether a user exists.
    """
    user = unit.users.with_sub(pool.id, typed) if looks_like_sub(typed) else None
    named = find_to_sign_in(unit, pool, typed)
    return user or named


def find_to_sign_in(unit: Unit, pool: Pool, typed: str) -> User | None:
    """The user with that username or active alias, None if there is none.

    Nobody signs in by their `sub`, unless it is their username.
    """
    found = [unit.users.named(pool.id, usernames.fold(pool.settings, "username", typed))]
    kinds = sorted(usernames.alias_kinds(pool.settings, typed), key=lambda kind: kind == _PREFERRED)
    found += [unit.users.aliased(pool.id, kind, usernames.fold(pool.settings, kind, typed)) for kind in kinds]
    return next(filter(None, found), None)


def looks_like_sub(text: str) -> bool:
    """Whether a text has the form of a `sub`."""
    return bool(_SUB.fullmatch(text))


def searched(attributes: Mapping[str, str]) -> dict[str, str]:
    """Those of the attributes that ListUsers can search, normalised: what `UserRepository` takes as `searched`."""
    return {name: filters.fold(attributes[name]) for name in SEARCHED if name in attributes}


def check_preferred_username(pool: Pool, status: str, given: Mapping[str, str]) -> None:
    """Raise InvalidParameterException if an unconfirmed user is given a preferred username that is an alias.

    `status` is the user's, `given` the attributes that are to be set.
    """
    is_alias = _PREFERRED in (pool.settings.get("AliasAttributes") or [])
    if is_alias and status == "UNCONFIRMED" and given.get(_PREFERRED):
        raise InvalidParameterException(_TOO_EARLY)


def add(context: Context, principal: Principal, exists: str, *, taking: bool = False) -> User:
    """Store a new user, `principal.user`, with their aliases. Returns the user with the id that the database assigned.

    Raises UsernameExistsException if a name is taken; `exists` is the message where that is the username. With
    `taking`, a verified address that is the alias of another user moves to the new user.
    """
    pool, user = principal.pool, principal.user
    # AWS unknown: whether SignUp and AdminCreateUser refuse a username that is the `sub` or preferred username of
    # another user. Here they do, since it would name two users.
    lock_names(context.unit, pool, {"username": user.username, **user.attributes})
    if _names_another(context.unit, pool, user):
        raise UsernameExistsException(exists, "the username is the sub or preferred username of another")
    try:
        key = usernames.fold(pool.settings, "username", user.username)
        user = context.unit.users.add(user, key=key, searched=searched(user.attributes))
    except UniqueViolation:
        raise UsernameExistsException(exists) from None
    principal = principal.with_user(user)
    for kind, key in usernames.aliases(pool.settings, user.attributes, user.status).items():
        if not _claim(context, principal, Alias(kind, key, user.attributes[kind]), taking=taking):
            raise UsernameExistsException(TAKEN.format(kind=kind))
    return user


def change(
    context: Context,
    principal: Principal,
    attributes: Mapping[str, str],
    *,
    status: str | None = None,
    taking: bool = False,
    taken: str = TAKEN,
) -> User:
    """Replace all attributes of a user and the status, update the aliases accordingly, and return the changed user.

    The attributes are not checked here. Raises AliasExistsException with the message `taken` if another user has an
    alias, and keeps it. With `taking`, a verified address moves from that user to this one, and is no longer verified
    there; a username attribute or a preferred username is never taken.
    """
    unit, user = context.unit, principal.user
    status = status or user.status
    lock_names(unit, principal.pool, attributes)
    before = unit.users.aliases(user)
    after = usernames.aliases(principal.pool.settings, attributes, status)
    for kind in before:
        if after.get(kind) != before[kind]:
            unit.users.remove_alias(user, kind)
    for kind, key in after.items():
        alias = Alias(kind, key, attributes[kind])
        if before.get(kind) != key and not _claim(context, principal, alias, taking=taking):
            raise AliasExistsException(taken.format(kind=kind))
    return unit.users.change(
        user,
        searched=searched(attributes),
        attributes=dict(attributes),
        status=status,
        modified=context.now,
    )


def rivalled(context: Context, principal: Principal, attributes: Mapping[str, str]) -> str | None:
    """The first kind of alias among these attributes that another user has already, such as "email"; else None."""
    for kind, key in usernames.aliases(principal.pool.settings, attributes, principal.user.status).items():
        if _rival(context.unit, principal, Alias(kind, key, attributes[kind])):
            return kind
    return None


def lock_names(unit: Unit, pool: Pool, names: Mapping[str, str]) -> None:
    """Let one call at a time take any of these names, where a name of one kind may not be a name of another kind."""
    if _PREFERRED in (pool.settings.get("AliasAttributes") or []):
        for name in sorted({names[kind].casefold() for kind in _NAMES if kind in names}):
            unit.lock("name", pool.id, name)


def _names_another(unit: Unit, pool: Pool, user: User) -> bool:
    """Whether the username of a new user is the `sub` or preferred username of another."""
    if user.username == user.sub:
        return False
    if looks_like_sub(user.username) and unit.users.with_sub(pool.id, user.username):
        return True
    if _PREFERRED not in (pool.settings.get("AliasAttributes") or []):
        return False
    key = usernames.fold(pool.settings, _PREFERRED, user.username)
    return unit.users.aliased(pool.id, _PREFERRED, key) is not None


def _rival(unit: Unit, principal: Principal, alias: Alias) -> User | None:
    """The other user who has an alias."""
    pool = principal.pool
    found = unit.users.aliased(pool.id, alias.kind, alias.key)
    if found is None and alias.kind == _PREFERRED:
        # AWS unknown: whether UpdateUserAttributes and SignUp refuse a preferred_username that is the username, `sub`
        # or address of another user. Here they do, since it would name two users.
        found = find(unit, pool, alias.value)
    return found if found and found.id != principal.user.id else None


def _claim(context: Context, principal: Principal, alias: Alias, *, taking: bool) -> bool:
    """Give a user an alias. False if another user keeps it."""
    rival = _rival(context.unit, principal, alias)
    if rival and taking:
        rival = _yielded(context, principal.pool, rival, alias.kind)
    if rival:
        return False
    try:
        context.unit.users.add_alias(principal.user, alias.kind, alias.key)
    except UniqueViolation:
        return False
    return True


def _yielded(context: Context, pool: Pool, loser: User, kind: str) -> User | None:
    """Mark an address of `loser` as unverified. Returns `loser` if the alias cannot be taken away."""
    # AWS unknown: whether AdminCreateUser with ForceAliasCreation moves a username attribute or a preferred username.
    # Here it moves neither.
    if kind == _PREFERRED or kind in (pool.settings.get("UsernameAttributes") or []):
        return loser
    change(context, Principal(pool, loser), {**loser.attributes, f"{kind}_verified": "false"})
    return None
