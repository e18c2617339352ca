"""Creation of many users at once, for imports: the rules of `accounts.add`, with a few queries for all users."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from emulator.context import Context
from emulator.domain.accounts import accounts, usernames
from storage.records.pools import Pool
from storage.records.users import User
from storage.repositories.users import NewUser

Name = tuple[str, str]
"""A unique name of a user: "username", "sub" or a kind of alias, and the folded value."""

_PREFERRED = "preferred_username"


def add(context: Context, pool: Pool, users: Sequence[User]) -> list[str | None]:
    """Store those new users whose names are free, in order.

    Returns for each user the kind of name that is taken, "username" or a kind of alias; None if the user was stored.
    """
    new_users = [_new_user(pool, user) for user in users]
    for new in sorted(new_users, key=lambda new: new.key):
        accounts.lock_names(context.unit, pool, {"username": new.user.username, **new.user.attributes})
    conflicting = [_conflicting(pool, new) for new in new_users]
    taken = _taken(context, pool, (name for each in conflicting for names in each.values() for name in names))
    kept, conflicts = [], []
    for new, wanted in zip(new_users, conflicting, strict=True):
        conflict = next((kind for kind, names in wanted.items() if taken & names), None)
        conflicts.append(conflict)
        if conflict is None:
            taken |= _names(new)
            kept.append(new)
    context.unit.users.add_many(pool.id, kept)
    return conflicts


def _new_user(pool: Pool, user: User) -> NewUser:
    return NewUser(
        user=user,
        key=usernames.fold(pool.settings, "username", user.username),
        searched=accounts.searched(user.attributes),
        aliases=usernames.aliases(pool.settings, user.attributes, user.status),
    )


def _names(new: NewUser) -> set[Name]:
    """The unique names of a new user."""
    return {("username", new.key), ("sub", new.user.sub), *new.aliases.items()}


def _conflicting(pool: Pool, new: NewUser) -> dict[str, set[Name]]:
    """For each kind of name of a new user, the names that must not exist yet."""
    username = new.user.username
    wanted = {"username": {("username", new.key)}}
    if username != new.user.sub:
        wanted["username"] |= _sub(username) | _preferred_username(pool, username)
    for kind, key in new.aliases.items():
        wanted[kind] = {(kind, key)}
        if kind == _PREFERRED:
            wanted[kind] |= _any_name(pool, new.user.attributes[kind])
    return wanted


def _sub(typed: str) -> set[Name]:
    return {("sub", typed)} if accounts.looks_like_sub(typed) else set()


def _preferred_username(pool: Pool, typed: str) -> set[Name]:
    has = _PREFERRED in (pool.settings.get("AliasAttributes") or [])
    return {(_PREFERRED, usernames.fold(pool.settings, _PREFERRED, typed))} if has else set()


def _any_name(pool: Pool, typed: str) -> set[Name]:
    """All names that a typed username may mean (see `accounts.find`)."""
    kinds = ["username", *usernames.alias_kinds(pool.settings, typed)]
    return _sub(typed) | {(kind, usernames.fold(pool.settings, kind, typed)) for kind in kinds}


def _taken(context: Context, pool: Pool, names: Iterable[Name]) -> set[Name]:
    """Those of the names that existing users have."""
    asked: dict[str, set[str]] = defaultdict(set)
    for kind, key in names:
        asked[kind].add(key)
    repository = context.unit.users
    return {(kind, key) for kind, keys in asked.items() for key in repository.existing_keys(pool.id, kind, keys)}
