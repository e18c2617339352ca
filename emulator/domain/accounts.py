"""User accounts as they are kept: found by any of their names, created, changed, with aliases in step."""

from __future__ import annotations

import re
from collections.abc import Mapping

from emulator.context import Context
from emulator.domain import usernames
from emulator.faults import AliasExistsException, UsernameExistsException
from storage.records.pools import Pool
from storage.records.users import User
from storage.store import Taken, Unit
from storage.tables import SEARCHED

_SUB = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def find(unit: Unit, pool: Pool, typed: str) -> User | None:
    """The user whom `typed` names: by `sub`, by username, or by an alias that is active.

    A `sub` comes first, so that nobody can take another's place by choosing their `sub` as a username.
    """
    user = unit.users.with_sub(pool.id, typed) if _SUB.fullmatch(typed) else None
    user = user or unit.users.named(pool.id, usernames.fold(pool.settings, "username", typed))
    for kind in usernames.alias_kinds(pool.settings, typed):
        user = user or unit.users.aliased(pool.id, kind, usernames.fold(pool.settings, kind, typed))
    return user


def searched(pool: Pool, attributes: Mapping[str, str]) -> dict[str, str]:
    """The searchable attributes, as they compare."""
    return {name: usernames.fold(pool.settings, name, attributes[name]) for name in SEARCHED if name in attributes}


def add(context: Context, pool: Pool, user: User, exists: str) -> User:
    """Keep a new user with their aliases. Raises UsernameExistsException, in the words `exists` for the username."""
    try:
        user = context.unit.users.add(
            user,
            key=usernames.fold(pool.settings, "username", user.username),
            searched=searched(pool, user.attributes),
        )
    except Taken:
        raise UsernameExistsException(exists) from None
    for kind, key in usernames.aliases(pool.settings, user.attributes, user.status).items():
        try:
            context.unit.users.claim(user, kind, key)
        except Taken:
            raise UsernameExistsException(taken_message(kind)) from None
    return user


def change(
    context: Context,
    pool: Pool,
    user: User,
    attributes: Mapping[str, str],
    *,
    status: str | None = None,
    taking: bool = False,
) -> User:
    """Keep a user's attributes (all of them) and status, and bring their aliases into step.

    With `taking`, an alias that somebody else has moves to this user, and the loser's attribute is no longer
    verified. Without, raises AliasExistsException.
    """
    unit, status = context.unit, status or user.status
    before = unit.users.aliases(user)
    after = usernames.aliases(pool.settings, attributes, status)
    for kind in before:
        if after.get(kind) != before[kind]:
            unit.users.disclaim(user, kind)
    for kind, key in after.items():
        if before.get(kind) != key:
            _claim(context, pool, user, kind, key, taking)
    return unit.users.change(
        user,
        searched=searched(pool, attributes),
        attributes=dict(attributes),
        status=status,
        modified=context.now,
    )


def _claim(context: Context, pool: Pool, user: User, kind: str, key: str, taking: bool) -> None:
    loser = context.unit.users.aliased(pool.id, kind, key)
    if loser is not None and taking:
        unverified = {**loser.attributes, f"{kind}_verified": "false"}
        change(context, pool, loser, unverified)
        if context.unit.users.aliased(pool.id, kind, key) is None:
            loser = None
    try:
        if loser is not None:
            raise Taken("user_aliases", ("kind", "key"))
        context.unit.users.claim(user, kind, key)
    except Taken:
        raise AliasExistsException(taken_message(kind)) from None


def taken_message(kind: str) -> str:
    """AWS's words for an e-mail address or phone number that somebody else signs in by."""
    return f"An account with the given {kind} already exists."
