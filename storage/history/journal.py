"""The history that a unit of work writes: each entity as it was before the unit changed it.

The first change of an entity within a transaction writes one row; later ones write none. The rows are written by
INSERT … SELECT, which copies the entity within the database, and copies nothing in a pool without history.

Where units that write run side by side, they hold the pool's `writers` lock together from their first such row on, and
whoever pauses the pool holds it alone (`exclude_writers`): a unit has committed before the pause, or sees it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    ColumnElement,
    Double,
    Executable,
    Select,
    String,
    bindparam,
    literal_column,
    null,
    or_,
    select,
    union_all,
)

from storage.history.gates import joins_writers, wait_alone, wait_together
from storage.history.images import GROUP, KINDS, MEMBER, PASSKEY, USER
from storage.prepared import Prepared
from storage.tables.factors import passkeys
from storage.tables.groups import group_members, groups
from storage.tables.history import history
from storage.tables.pools import user_pools
from storage.tables.users import users
from storage.violations import Paused

if TYPE_CHECKING:
    from storage.unit import Unit

_COLUMNS = ("pool_id", "time", "kind", "key", "before")
_NOW: ColumnElement[float] = bindparam("now", type_=Double)


class Journal:
    """Records entities before they change, where the pool has a history. Raises `Paused` during a recovery."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._seen: set[tuple[str, str]] = set()
        """The entities, by kind and key, that this transaction has recorded or need not record."""
        self._off: set[str] = set()
        """The pools that have no history, by id."""

    def user(self, user_id: int, pool_id: str | None = None) -> None:
        """Call before a user changes, or what belongs to the user: aliases, links, passwords, the software token."""
        self._before(USER, str(user_id), _one(USER), {"owner": user_id}, pool_id)

    def group(self, group_id: int, pool_id: str) -> None:
        """Call before a group changes."""
        self._before(GROUP, str(group_id), _one(GROUP), {"owner": group_id}, pool_id)

    def member(self, group_id: int, user_id: int, pool_id: str) -> None:
        """Call before a user is removed from a group."""
        parameters = {"group_id": group_id, "owner": user_id}
        self._before(MEMBER, f"{group_id}:{user_id}", _member(), parameters, pool_id)

    def passkey(self, credential_id: str, pool_id: str) -> None:
        """Call before a passkey changes or is deleted."""
        self._before(PASSKEY, credential_id, _passkey(), {"pool_id": pool_id, "id": credential_id}, pool_id)

    def made(self, kind: str, key: str, pool_id: str) -> None:
        """Call after an entity was inserted, or before that: it did not exist before this transaction.

        `kind` is one of `images.KINDS`, `key` identifies the entity in it: an id, or for a membership `group:user`.
        """
        self._before(kind, key, _made(), {"kind": kind, "key": key, "pool_id": pool_id}, pool_id)

    def made_users(self, user_ids: Sequence[int], pool_id: str) -> None:
        """Call after users of one pool were inserted."""
        self._write(_made_users(), {"ids": user_ids}, pool_id)
        self._seen |= {(USER, str(user_id)) for user_id in user_ids}

    def deleted_user(self, user_id: int, pool_id: str) -> None:
        """Call before a user is deleted, with the memberships and passkeys."""
        self._write(_deleted_user(), {"owner": user_id}, pool_id)

    def deleted_group(self, group_id: int, pool_id: str) -> None:
        """Call before a group is deleted, with the memberships."""
        self._write(_deleted_group(), {"owner": group_id}, pool_id)

    def _before(self, kind: str, key: str, statement: Prepared, parameters: dict[str, Any], pool_id: Any) -> None:
        if (kind, key) not in self._seen:
            self._write(statement, parameters, pool_id)
            self._seen.add((kind, key))

    def _write(self, statement: Executable | Prepared, parameters: dict[str, Any], pool_id: str | None) -> None:
        if pool_id in self._off:
            return
        parameters = parameters | {"now": self._unit.now}
        if not self._unit.write(statement, parameters).rowcount and self._awaits(pool_id, parameters.get("owner")):
            self._unit.write(statement, parameters)

    def exclude_writers(self, pool_id: str) -> None:
        """Wait for the units that have recorded changes of the pool to end; none records any until this one ends.

        Call it before anything else is locked, since those units may need that.
        """
        if not self._unit.store.database.is_serial:
            self._unit.read(wait_alone(), {"id": pool_id})

    def _awaits(self, pool_id: str | None, user_id: int | None) -> bool:
        """Nothing was recorded: raise `Paused`, or note that the pool has no history, or that there is no entity.

        True if somebody was about to pause the pool and has not: then the statement is to be run again.
        """
        found = self._recording(pool_id, user_id)
        if found is None or self._unit.store.database.is_serial:
            return False
        self._unit.read(wait_together(), {"id": found})
        return self._recording(found, None) is not None

    def _recording(self, pool_id: str | None, user_id: int | None) -> str | None:
        """The id of the pool, or of that of the user; None if it is gone or has no history. Raises `Paused`."""
        query = _pool() if pool_id else _pool_of_user()
        found = self._unit.rows(query, {"id": pool_id or user_id})
        if not found:
            return None
        found_id, history_since, paused_until = found[0]
        if paused_until is not None and paused_until > self._unit.now:
            raise Paused
        if history_since is None:
            self._off.add(found_id)
            return None
        return str(found_id)


def _records(pool_id: ColumnElement[str]) -> list[ColumnElement[bool]]:
    """The conditions for a pool to have a history, and to be not paused."""
    pool = user_pools.c
    return [
        pool.id == pool_id,
        pool.history_since.is_not(None),
        or_(pool.paused_until.is_(None), pool.paused_until <= _NOW),
        joins_writers(pool_id),
    ]


def _images(kind_name: str, *where: ColumnElement[bool]) -> Select[Any]:
    """The rows of history with the entities of a kind as they are."""
    kind = KINDS[kind_name]
    row: Any = select(kind.pool, _NOW, literal_column(f"'{kind.name}'"), kind.key, kind.image)
    query: Select[Any] = row.select_from(kind.source, user_pools).where(*_records(kind.pool), *where)
    return query


def _insert(query: Any) -> Prepared:
    return Prepared(history.insert().from_select(_COLUMNS, query))


@cache
def _one(kind_name: str) -> Prepared:
    return _insert(_images(kind_name, KINDS[kind_name].owner == bindparam("owner")))


@cache
def _member() -> Prepared:
    member = group_members.c
    of = (member.group_id == bindparam("group_id"), member.user_id == bindparam("owner"))
    return _insert(_images(MEMBER, *of))


@cache
def _passkey() -> Prepared:
    return _insert(_images(PASSKEY, passkeys.c.pool_id == bindparam("pool_id"), passkeys.c.id == bindparam("id")))


@cache
def _made() -> Prepared:
    pool_id = bindparam("pool_id", type_=String)
    row: Select[Any] = select(
        user_pools.c.id, _NOW, bindparam("kind", type_=String), bindparam("key", type_=String), null()
    )
    return _insert(row.where(*_records(pool_id)))


@cache
def _made_users() -> Executable:
    row: Select[Any] = select(users.c.pool_id, _NOW, literal_column(f"'{USER}'"), KINDS[USER].key, null())
    row = row.where(users.c.id.in_(bindparam("ids", expanding=True)))
    return history.insert().from_select(_COLUMNS, row.where(*_records(users.c.pool_id)))


@cache
def _deleted_user() -> Prepared:
    kinds = (USER, MEMBER, PASSKEY)
    return _insert(union_all(*(_images(kind, KINDS[kind].owner == bindparam("owner")) for kind in kinds)))


@cache
def _deleted_group() -> Prepared:
    the_group = _images(GROUP, groups.c.id == bindparam("owner"))
    return _insert(union_all(the_group, _images(MEMBER, group_members.c.group_id == bindparam("owner"))))


@cache
def _pool() -> Prepared:
    pool = user_pools.c
    return Prepared(select(pool.id, pool.history_since, pool.paused_until).where(pool.id == bindparam("id")))


@cache
def _pool_of_user() -> Prepared:
    pool = user_pools.c
    query = select(pool.id, pool.history_since, pool.paused_until)
    return Prepared(query.join(users, users.c.pool_id == pool.id).where(users.c.id == bindparam("id")))
