"""Users and their aliases and past passwords."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cache
from typing import Any

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Select, Table, bindparam, select

from storage.history.images import USER
from storage.paging import Page
from storage.prepared import Prepared
from storage.records.users import SEARCHED, Group, User
from storage.repositories.repository import Repository, changing, deleting, filtered, inserting
from storage.tables.groups import group_members
from storage.tables.users import password_history, user_aliases, user_counts, users

_NAMES: dict[str, Any] = {"username": users.c.username_key, "sub": users.c.sub}
"""The names of a user that are columns of the table of users; aliases are in a table of their own."""
_NO_HISTORY = frozenset({"verifier", "password"})
"""Columns whose change alone is not recorded: a sign-in computes the verifier, and replaces an imported hash by ours.

Whoever sets another password sets further columns.
"""
_NUMBER = Prepared(select(user_counts.c.users).where(user_counts.c.pool_id == bindparam("pool_id")))
_COLUMNS = (
    "id",
    "pool_id",
    "username",
    "sub",
    "status",
    "enabled",
    "password",
    "password_set",
    "attributes",
    "settings",
    "created",
    "modified",
    "verifier",
)
_ALIASED = Prepared(
    select(*(users.c[name] for name in _COLUMNS))
    .join(user_aliases, user_aliases.c.user_id == users.c.id)
    .where(*(user_aliases.c[name] == bindparam(name) for name in ("pool_id", "kind", "key")))
)
_ALIASES = Prepared(
    select(user_aliases.c.kind, user_aliases.c.key).where(user_aliases.c.user_id == bindparam("user_id"))
)
_IN_GROUP = (
    select(*(users.c[name] for name in _COLUMNS))
    .join(group_members, group_members.c.user_id == users.c.id)
    .where(group_members.c.group_id == bindparam("group_id"))
)


class NewUser(Struct, frozen=True):
    """A user to insert: with the normalised username, the normalised searchable attributes, and aliases by kind."""

    user: User
    key: str
    searched: Mapping[str, str]
    aliases: Mapping[str, str]


class UserRepository(Repository[User]):
    """The users of all pools."""

    table = users
    record = User
    columns = _COLUMNS
    write_count = 0
    """How many changes this unit of work has made to users. A user that was read before a change is out of date."""

    def add(self, user: User, *, key: str, searched: dict[str, str]) -> User:
        """Insert a user. The database assigns the `id`.

        `key` is the normalised username, `searched` the normalised searchable attributes. Raises `UniqueViolation`
        when the username is in use.
        """
        inserted = self.unit.write(inserting(users), self._row(user, key, searched)).inserted_primary_key
        self.write_count += 1
        self.count_more(user.pool_id, 1)
        user = replace(user, id=inserted[0] if inserted else 0)
        self.unit.journal.made(USER, str(user.id), user.pool_id)
        return user

    def add_many(self, pool_id: str, new_users: Sequence[NewUser]) -> None:
        """Insert users of one pool with their aliases, in a few statements.

        Raises `UniqueViolation` when a name is in use.
        """
        if not new_users:
            return
        self.unit.write(users.insert(), [self._row(new.user, new.key, new.searched) for new in new_users])
        self.write_count += 1
        keys = [new.key for new in new_users]
        query = select(users.c.username_key, users.c.id)
        query = query.where(users.c.pool_id == pool_id, users.c.username_key.in_(keys))
        numbers = {row.username_key: row.id for row in self.unit.read(query)}
        self.unit.journal.made_users(list(numbers.values()), pool_id)
        claims = [
            {"pool_id": pool_id, "kind": kind, "key": key, "user_id": numbers[new.key]}
            for new in new_users
            for kind, key in new.aliases.items()
        ]
        if claims:
            self.unit.write(user_aliases.insert(), claims)
        self.count_more(pool_id, len(new_users))

    def count(self, pool_id: str) -> int:
        """The number of users of a pool."""
        self.unit.write_pending()
        rows = self.unit.rows(_NUMBER, {"pool_id": pool_id})
        return int(rows[0][0]) if rows else 0

    def count_more(self, pool_id: str, by: int) -> None:
        """Add to the number of users of a pool. The other methods here do so themselves."""
        counting = _counting(self.unit.store.database.insert)
        self.unit.write_late(counting, {"pool_id": pool_id, "users": by})

    def existing_keys(self, pool_id: str, kind: str, keys: Collection[str]) -> set[str]:
        """Those of `keys` that are in use. `kind` is "username" (`keys` are normalised), "sub" or a kind of alias."""
        if kind in _NAMES:
            column = _NAMES[kind]
            query = select(column).where(users.c.pool_id == pool_id)
        else:
            column = user_aliases.c.key
            query = select(column).where(user_aliases.c.pool_id == pool_id, user_aliases.c.kind == kind)
        return set(self.unit.read(query.where(column.in_(keys))).scalars())

    def identified(self, pool_id: str, kind: str, keys: Collection[str]) -> dict[str, tuple[int, str]]:
        """The number and the `sub` of those users who have one of these names, by the name. Kinds as above."""
        if kind in _NAMES:
            column = _NAMES[kind]
            query = select(column.label("key"), users.c.id, users.c.sub).where(users.c.pool_id == pool_id)
        else:
            column = user_aliases.c.key
            query = select(column.label("key"), users.c.id, users.c.sub)
            query = query.join(users, users.c.id == user_aliases.c.user_id)
            query = query.where(user_aliases.c.pool_id == pool_id, user_aliases.c.kind == kind)
        return {row.key: (row.id, row.sub) for row in self.unit.read(query.where(column.in_(keys)))}

    def get(self, user_id: int) -> User | None:
        """The user by the number that the database assigned."""
        return self._one(id=user_id)

    def named(self, pool_id: str, key: str) -> User | None:
        """The user of a pool by normalised username."""
        return self._one(pool_id=pool_id, username_key=key)

    def with_sub(self, pool_id: str, sub: str) -> User | None:
        """The user of a pool by `sub`."""
        return self._one(pool_id=pool_id, sub=sub)

    def read_ahead_with_sub(self, pool_id: str, sub: str) -> None:
        """Read what `with_sub` will return together with the next statement, where that saves a round trip."""
        self._read_ahead(pool_id=pool_id, sub=sub)

    def aliased(self, pool_id: str, kind: str, key: str) -> User | None:
        """The user of a pool by alias. `kind` is "email", "phone_number" or "preferred_username"."""
        return self._sole(_ALIASED, {"pool_id": pool_id, "kind": kind, "key": key})

    def aliases(self, user: User) -> dict[str, str]:
        """The aliases of a user: a dictionary of kind to key."""
        return {str(kind): str(key) for kind, key in self.unit.rows(_ALIASES, {"user_id": user.id})}

    def add_alias(self, user: User, kind: str, key: str) -> None:
        """Add an alias to a user. Raises `UniqueViolation` when another user of the pool has the alias."""
        self.unit.journal.user(user.id, user.pool_id)
        values = {"pool_id": user.pool_id, "kind": kind, "key": key, "user_id": user.id}
        self.unit.write(inserting(user_aliases), values)

    def remove_alias(self, user: User, kind: str) -> None:
        """Remove the alias of a kind from a user."""
        self.unit.journal.user(user.id, user.pool_id)
        self.unit.write(deleting(user_aliases, "user_id", "kind"), {"this_user_id": user.id, "this_kind": kind})

    def page(
        self,
        pool_id: str,
        limit: int,
        token: str | None,
        *,
        column: str = "",
        equals: str | bool | None = None,
        begins: str | None = None,
    ) -> Page[User]:
        """The users of a pool, oldest first. With `column`, those whose value equals `equals` or begins with `begins`.

        `column` is one of the table of users. With `begins`, users come in the order of the value, which is the order
        of the index.
        """
        scope = f"users {pool_id} {column} {equals!r} {begins!r}"
        if begins is not None:
            bounds = _bounds(begins)
            query = _in_bounds(column, len(bounds))
            return self._page(query, scope, token, limit, column, "id", wanted={"pool_id": pool_id, **bounds})
        wanted = {"pool_id": pool_id} | ({} if equals is None else {column: equals})
        query = filtered(self.table, self.columns, tuple(wanted))
        return self._page(query, scope, token, limit, "id", wanted=wanted)

    def page_in(self, group: Group, limit: int, token: str | None) -> Page[User]:
        """The members of a group, oldest first."""
        wanted = {"group_id": group.id}
        return self._page(_IN_GROUP, f"users in {group.id}", token, limit, group_members.c.user_id, wanted=wanted)

    def change(self, user: User, *, searched: dict[str, str] | None = None, **changes: Any) -> User:
        """Update these columns, and return the changed user.

        Changed `attributes` need new `searched`, the normalised searchable attributes; aliases are not updated.
        """
        values = dict(changes)
        if searched is not None or changes.keys() - _NO_HISTORY:
            self.unit.journal.user(user.id, user.pool_id)
        if searched is not None:
            values |= {name: searched.get(name) for name in SEARCHED}
        self.unit.write_unread(changing(users, "id"), values | {"this_id": user.id})
        self.write_count += 1
        return replace(user, **changes)

    def delete(self, user: User) -> None:
        """Delete a user with all rows that belong to the user."""
        self.write_count += 1
        self.unit.journal.deleted_user(user.id, user.pool_id)
        if self.unit.write(deleting(users, "id"), {"this_id": user.id}).rowcount:
            self.count_more(user.pool_id, -1)

    def remember_password(self, user: User, keep: int) -> None:
        """Add the current password to the password history of the user, and delete all but the newest `keep`."""
        self.unit.journal.user(user.id, user.pool_id)
        history = password_history.c
        if user.password:
            self.unit.write(inserting(password_history), {"user_id": user.id, "password": user.password})
        kept = select(history.id).where(history.user_id == user.id).order_by(history.id.desc()).limit(keep)
        self.unit.write(password_history.delete().where(history.user_id == user.id, history.id.not_in(kept)))

    def past_passwords(self, user: User, limit: int) -> list[str]:
        """The digests in the password history of a user, newest first."""
        history = password_history.c
        query = select(history.password).where(history.user_id == user.id)
        return [row.password for row in self.unit.read(query.order_by(history.id.desc()).limit(limit))]

    def _row(self, user: User, key: str, searched: Mapping[str, str]) -> dict[str, Any]:
        """The row of a user to insert."""
        values = {name: getattr(user, name) for name in self.columns if name != "id"}
        return values | {"username_key": key, **{name: searched.get(name) for name in SEARCHED}}


@cache
def _counting(insert: Callable[[Table], Any]) -> Prepared:
    """Add `users` to the number of users of a pool."""
    statement = insert(user_counts)
    more = {"users": user_counts.c.users + statement.excluded.users}
    return Prepared(statement.on_conflict_do_update(index_elements=["pool_id"], set_=more))


def _bounds(prefix: str) -> dict[str, str]:
    """The least text that begins with a prefix, and the least that is above all of these, if there is one."""
    stem = prefix.rstrip("\U0010ffff")
    if not stem:
        return {"least": prefix}
    following = 0xE000 if stem[-1] == "\ud7ff" else ord(stem[-1]) + 1
    return {"least": prefix, "above": stem[:-1] + chr(following)}


@cache
def _in_bounds(column: str, bounds: int) -> Select[Any]:
    """The users of a pool whose value is within `_bounds`, as a range that uses the index."""
    value = users.c[column]
    limits = (value >= bindparam("least"), value < bindparam("above"))[:bounds]
    return select(*(users.c[name] for name in _COLUMNS)).where(users.c.pool_id == bindparam("pool_id"), *limits)
