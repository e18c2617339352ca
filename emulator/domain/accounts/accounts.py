"""User accounts as they are kept: found by any of their names, created, changed, with aliases in step."""

from __future__ import annotations

import re
from collections.abc import Mapping

from emulator.context import Context
from emulator.domain.accounts import filters, usernames
from emulator.faults import AliasExistsException, InvalidParameterException, UsernameExistsException
from storage.records.pools import Pool
from storage.records.users import User
from storage.store import Taken, Unit
from storage.tables import SEARCHED

TAKEN = "An account with the given {kind} already exists."
"""AWS's words for an alias that somebody else signs in by."""

_SUB = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_PREFERRED = "preferred_username"
_TOO_EARLY = (
    "Preferred username cannot be provided for unconfirmed account, "
    "since user pool is configured for preferred username alias."
)


def find(unit: Unit, pool: Pool, typed: str) -> User | None:
    """The user whom `typed` names: by `sub`, by username, or by an alias that is active.

    A `sub` comes first, and a preferred username last, so that nobody can take another's place by choosing
    what names them. All are asked for, whoever is found, so that the time it takes does not tell.
    """
    user = unit.users.with_sub(pool.id, typed) if looks_like_sub(typed) else None
    named = find_to_sign_in(unit, pool, typed)
    return user or named


def find_to_sign_in(unit: Unit, pool: Pool, typed: str) -> User | None:
    """The user who may sign in by `typed`: their username or an active alias, and no `sub` that is not the username."""
    found = [unit.users.named(pool.id, usernames.fold(pool.settings, "username", typed))]
    kinds = sorted(usernames.alias_kinds(pool.settings, typed), key=lambda kind: kind == _PREFERRED)
    found += [unit.users.aliased(pool.id, kind, usernames.fold(pool.settings, kind, typed)) for kind in kinds]
    return next(filter(None, found), None)


def looks_like_sub(text: str) -> bool:
    """Whether a text has the form of a `sub`."""
    return bool(_SUB.fullmatch(text))


def searched(attributes: Mapping[str, str]) -> dict[str, str]:
    """The searchable attributes, as they compare."""
    return {name: filters.fold(attributes[name]) for name in SEARCHED if name in attributes}


def check_preferred(pool: Pool, status: str, given: Mapping[str, str]) -> None:
    """Refuse a preferred username that its user could sign in by, until they are confirmed."""
    is_alias = _PREFERRED in (pool.settings.get("AliasAttributes") or [])
    if is_alias and status == "UNCONFIRMED" and given.get(_PREFERRED):
        raise InvalidParameterException(_TOO_EARLY)


def add(context: Context, pool: Pool, user: User, exists: str, *, taking: bool = False) -> User:
    """Keep a new user with their aliases. Raises UsernameExistsException, in the words `exists` for the username.

    With `taking`, a verified address that somebody else signs in by moves to the new user.

    AWS unknown: a username that is another's `sub` or preferred username; it is refused here like one in use, since
    it would name two users.
    """
    if _names_another(context.unit, pool, user):
        raise UsernameExistsException(exists, "the username is the sub or preferred username of another")
    try:
        key = usernames.fold(pool.settings, "username", user.username)
        user = context.unit.users.add(user, key=key, searched=searched(user.attributes))
    except Taken:
        raise UsernameExistsException(exists) from None
    for kind, key in usernames.aliases(pool.settings, user.attributes, user.status).items():
        if not _claim(context, pool, user, kind, key, user.attributes, taking):
            raise UsernameExistsException(TAKEN.format(kind=kind))
    return user


def change(
    context: Context,
    pool: Pool,
    user: User,
    attributes: Mapping[str, str],
    *,
    status: str | None = None,
    taking: bool = False,
    taken: str = TAKEN,
) -> User:
    """Keep a user's attributes (all of them) and status, and bring their aliases into step.

    With `taking`, a verified address that somebody else signs in by moves to this user, and the loser's is no longer
    verified. Without, raises AliasExistsException, in the words `taken`.
    """
    unit, status = context.unit, status or user.status
    before = unit.users.aliases(user)
    after = usernames.aliases(pool.settings, attributes, status)
    for kind in before:
        if after.get(kind) != before[kind]:
            unit.users.disclaim(user, kind)
    for kind, key in after.items():
        if before.get(kind) != key and not _claim(context, pool, user, kind, key, attributes, taking):
            raise AliasExistsException(taken.format(kind=kind))
    return unit.users.change(
        user,
        searched=searched(attributes),
        attributes=dict(attributes),
        status=status,
        modified=context.now,
    )


def rivalled(context: Context, pool: Pool, user: User, attributes: Mapping[str, str]) -> str | None:
    """The first alias among these attributes of a user that somebody else signs in by."""
    for kind, key in usernames.aliases(pool.settings, attributes, user.status).items():
        if _rival(context.unit, pool, user, kind, key, attributes):
            return kind
    return None


def _names_another(unit: Unit, pool: Pool, user: User) -> bool:
    """Whether the username of a new user is a `sub` or preferred username that names somebody already."""
    if user.username == user.sub:
        return False
    if looks_like_sub(user.username) and unit.users.with_sub(pool.id, user.username):
        return True
    if _PREFERRED not in (pool.settings.get("AliasAttributes") or []):
        return False
    key = usernames.fold(pool.settings, _PREFERRED, user.username)
    return unit.users.aliased(pool.id, _PREFERRED, key) is not None


def _rival(unit: Unit, pool: Pool, user: User, kind: str, key: str, attributes: Mapping[str, str]) -> User | None:
    """Who else signs in by an alias.

    AWS unknown: a preferred username that is another's username, `sub` or address; it counts as taken here, since
    it would name two users.
    """
    found = unit.users.aliased(pool.id, kind, key)
    if found is None and kind == _PREFERRED:
        found = find(unit, pool, attributes[kind])
    return found if found and found.id != user.id else None


def _claim(
    context: Context, pool: Pool, user: User, kind: str, key: str, attributes: Mapping[str, str], taking: bool
) -> bool:
    """Give a user an alias. False where somebody else has and keeps it."""
    rival = _rival(context.unit, pool, user, kind, key, attributes)
    if rival and taking:
        rival = _yielded(context, pool, rival, kind)
    if rival:
        return False
    try:
        context.unit.users.claim(user, kind, key)
    except Taken:
        return False
    return True


def _yielded(context: Context, pool: Pool, loser: User, kind: str) -> User | None:
    """Take the verification of an address from a user; answers them where they sign in by it all the same.

    AWS unknown: ForceAliasCreation where the address is a username attribute or a preferred username; neither moves.
    """
    if kind == _PREFERRED or kind in (pool.settings.get("UsernameAttributes") or []):
        return loser
    change(context, pool, loser, {**loser.attributes, f"{kind}_verified": "false"})
    return None
