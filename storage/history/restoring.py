"""The writes of a recovery, in bulk: they make a pool what it was.

What is unique (names, aliases, links, passkeys) is taken from all who have it now before it is given to those who had
it then, since users may have exchanged it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from sqlalchemy import Boolean, Column, Executable, LargeBinary, Table, bindparam, column, delete, table

from storage.column_types import String
from storage.history.difference import Difference, Image, Pair
from storage.history.images import GROUP, MEMBER, PASSKEY, USER
from storage.history.json_sql import JSON_TEXT
from storage.tables.factors import passkeys, software_tokens
from storage.tables.groups import group_members, groups
from storage.tables.links import user_links
from storage.tables.users import password_history, user_aliases, users

if TYPE_CHECKING:
    from storage.unit import Unit

_BATCH = 1_000
_HISTORY = table("history", *map(column, ("pool_id", "time", "kind", "key")), column("before", JSON_TEXT))
"""The table of changes, with the images as text, which is not to be encoded as JSON once more."""
_TABLES = {USER: users, GROUP: groups, MEMBER: group_members, PASSKEY: passkeys}
# AWS unknown: whether StartPointInTimeRecovery brings back the linked identities and the remembered devices of users,
# and UserLastModifiedDate. Here identities and dates go back to what they were. Devices, tokens and sessions stay as
# they are; those of a deleted user do not come back.
BELONGINGS = {"aliases": user_aliases, "links": user_links, "past": password_history, "token": software_tokens}
"""The members of a user's image that are rows of other tables, or one row."""


def restore(unit: Unit, pool_id: str, difference: Difference) -> None:
    """Make the users, groups, memberships and passkeys of a pool what they are in the state `difference.then`.

    Nothing else changes but the pool's number of users. The changes are recorded in the history, so that they can be
    undone as well.
    """
    restoration = _Restoration(unit, pool_id, difference)
    restoration.record()
    restoration.take()
    restoration.give()
    restoration.count()


class _Restoration:
    """The steps of a recovery, in order."""

    def __init__(self, unit: Unit, pool_id: str, difference: Difference) -> None:
        self._unit = unit
        self._pool_id = pool_id
        self._difference = difference
        self._keys = {kind: [key for key in difference.then[kind] if self._differs(kind, key)] for kind in _TABLES}
        """What is not as it was, by kind."""

    def record(self) -> None:
        """Record the entities as they are now."""
        row = {"pool_id": self._pool_id, "time": self._unit.now}
        for kind, keys in self._keys.items():
            now = self._difference.now[kind]
            for batch in _batches(keys):
                rows = [row | {"kind": kind, "key": key, "before": now.get(key)} for key in batch]
                self._write(_HISTORY.insert(), rows)

    def take(self) -> None:
        """Delete what was not there then, and what is replaced."""
        for kind in (MEMBER, PASSKEY):
            for batch in self._pairs(kind):
                self._delete(_TABLES[kind], [pair.now for pair in batch if pair.now])
        for batch in self._pairs(USER):
            for member, rows in BELONGINGS.items():
                replaced = [pair.now for pair in batch if pair.then and pair.now and _replaces(pair, member)]
                where = rows.c.user_id == bindparam("owner")
                self._write(delete(rows).where(where), [{"owner": user["id"]} for user in replaced])
        for kind in (USER, GROUP):
            self._delete(_TABLES[kind], [{"id": int(key)} for key in self._made(kind)])

    def give(self) -> None:
        """Insert what is not there now, and update what is there then and now."""
        for kind in (GROUP, USER):
            for batch in self._pairs(kind):
                self._insert(_TABLES[kind], [pair.then for pair in batch if pair.then and not pair.now])
                self._update(_TABLES[kind], [pair.then for pair in batch if pair.then and pair.now])
                if kind == USER:
                    self._give_belongings(batch)
        for kind in (PASSKEY, MEMBER):
            for batch in self._pairs(kind):
                self._insert(_TABLES[kind], [pair.then for pair in batch if pair.then])

    def count(self) -> None:
        """Update the pool's number of users."""
        back = sum(self._difference.now[USER].get(key) is None for key in self._keys[USER])
        self._unit.users.count_more(self._pool_id, back - len(self._made(USER)))

    def _give_belongings(self, batch: list[Pair]) -> None:
        for member, rows in BELONGINGS.items():
            owners = [pair.then for pair in batch if pair.then and _replaces(pair, member)]
            self._insert(rows, [row for owner in owners for row in _owned(owner, member)])

    def _made(self, kind: str) -> list[str]:
        """The keys of what was made since."""
        return [key for key in self._keys[kind] if self._difference.then[kind][key] is None]

    def _differs(self, kind: str, key: str) -> bool:
        pair = self._difference.pair(kind, key)
        return pair.then != pair.now

    def _pairs(self, kind: str) -> Iterator[list[Pair]]:
        for keys in _batches(self._keys[kind]):
            yield [self._difference.pair(kind, key) for key in keys]

    def _delete(self, rows: Table, images: Sequence[Image]) -> None:
        key = rows.primary_key.columns
        where = [each == bindparam(f"old_{each.name}") for each in key]
        old = [{f"old_{each.name}": image[each.name] for each in key} for image in images]
        self._write(delete(rows).where(*where), old)

    def _insert(self, rows: Table, images: Sequence[Image]) -> None:
        self._write(rows.insert(), [self._row(rows, image) for image in images])

    def _update(self, rows: Table, images: Sequence[Image]) -> None:
        update = rows.update().where(rows.c.id == bindparam("this"))
        changed = [self._row(rows, image) for image in images]
        for row in changed:
            row["this"] = row.pop("id")  # to set the id, even to what it is, makes SQLite look at all that refers to it
        self._write(update, changed)

    def _row(self, rows: Table, image: Image) -> dict[str, Any]:
        """The row that an image is of."""
        return {each.name: self._value(each, image[each.name]) for each in rows.columns if each.name in image}

    def _value(self, column: Column[Any], value: Any) -> Any:
        if value is None:
            return None
        if isinstance(column.type, LargeBinary):
            return bytes.fromhex(value)
        if isinstance(column.type, String):  # the database has made the image of the text as it stores the text
            stored = column.type.result_processor(self._unit.store.engine.dialect, None)
            return stored(value) if stored else value
        return bool(value) if isinstance(column.type, Boolean) else value

    def _write(self, statement: Executable, rows: list[dict[str, Any]]) -> None:
        if rows:
            self._unit.write(statement, rows)


def _replaces(pair: Pair, member: str) -> bool:
    """Whether a user is to have other rows in the table of `member` than now."""
    return pair.now is None or (pair.then is not None and pair.then[member] != pair.now[member])


def _owned(user: Image, member: str) -> list[Image]:
    """The rows of a user in the table of `member`."""
    owned = user[member] or []
    rows = [owned] if isinstance(owned, dict) else sorted(owned, key=lambda row: row.get("id", 0))
    return [row | {"user_id": user["id"], "pool_id": user["pool_id"]} for row in rows]


def _batches(keys: Iterable[str]) -> Iterator[list[str]]:
    rest = iter(keys)
    while batch := list(islice(rest, _BATCH)):
        yield batch
