"""The base classes of all repositories: queries in a unit of work, and the conversion of rows to records."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, fields, replace
from functools import cache
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from sqlalchemy import Column, ColumnElement, Select, Table, bindparam, func, select, tuple_

from storage import paging
from storage.paging import Page

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    from storage.store import Unit

R = TypeVar("R")
D = TypeVar("D", bound="DataclassInstance")


@cache
def _every(table: Table, columns: tuple[str, ...]) -> Select[Any]:
    """The SELECT of these columns. Cached, since building the query takes longer than running the query."""
    return select(*(table.c[name] for name in columns))


@cache
def _matching(table: Table, columns: tuple[str, ...], names: tuple[str, ...], locks: bool = False) -> Select[Any]:
    """The SELECT of the rows whose columns `names` equal the parameters of the same names. Cached, as above.

    `locks`: with row locks (FOR NO KEY UPDATE), where the database is PostgreSQL; SQLite has none.
    """
    query = _every(table, columns).where(*(table.c[name] == bindparam(name) for name in names))
    return query.with_for_update(key_share=True) if locks else query


class Repository(Generic[R]):
    """A table, and the record class of its rows. Each repository sets `table`, `record` and `columns`.

    In a unit that writes, a row that is read by its key stays locked until the end of the unit, so that what the unit
    writes follows from what it has read. (With SQLite, units that write run one after the other.) The rows of `shared`
    repositories, such as pools and clients, are read by most units and changed by few: only units that configure lock
    these rows.
    """

    shared = False

    table: Table
    record: Callable[..., R]
    columns: tuple[str, ...]

    def __init__(self, unit: Unit) -> None:
        self.unit = unit

    def _select(self) -> Select[Any]:
        return _every(self.table, self.columns)

    def _one(self, **wanted: Any) -> R | None:
        """The record whose columns equal the given values, None if there is no such row."""
        row: Any = self.unit.read(_matching(self.table, self.columns, tuple(wanted), self._locks), wanted).first()
        return self.record(*row) if row else None

    @property
    def _locks(self) -> bool:
        """Whether this unit locks the rows that it reads one by one."""
        return self.unit.writes and (self.unit.configures or not self.shared)

    def _every(self, **wanted: Any) -> list[R]:
        """All records whose columns equal the given values."""
        return self._all(_matching(self.table, self.columns, tuple(wanted)), wanted)

    def _all(self, query: Select[Any], parameters: Any = None) -> list[R]:
        return [self.record(*row) for row in self.unit.read(query, parameters)]

    def _sweep(self, key: Column[Any], moment: Column[Any], before: float, limit: int) -> int:
        """Delete up to `limit` rows whose `moment` is before `before`, oldest first. Returns how many were deleted."""
        oldest = select(key).where(moment < before).order_by(moment).limit(limit).with_for_update(skip_locked=True)
        return self.unit.write(self.table.delete().where(key.in_(oldest))).rowcount

    def _page(
        self,
        query: Select[Any],
        scope: str,
        token: str | None,
        limit: int,
        *keys: str | Column[Any],
        newest_first: bool = False,
    ) -> Page[R]:
        """A page of `query`, ordered by the columns `keys`. The last of these columns is unique within the query.

        Pass the columns of the index that the query uses (in a join, those of the joined table), since otherwise SQLite
        sorts all rows. `newest_first` reverses the order.
        """
        vault = self.unit.store.vault
        columns = [self.table.c[key] if isinstance(key, str) else key for key in keys]
        after = paging.position(vault, scope, token)
        if after is not None:
            here: Any = tuple_(*columns) if len(keys) > 1 else columns[0]
            there: Any = tuple_(*after, types=[column.type for column in columns]) if len(keys) > 1 else after[0]
            query = query.where(here < there if newest_first else here > there)
        labelled = [column.label(f"key_{column.name}") for column in columns]
        order = [column.desc() for column in columns] if newest_first else columns
        found = self.unit.read(query.add_columns(*labelled).order_by(*order).limit(limit + 1)).all()
        width = len(self.columns)
        page = paging.cut(vault, scope, found, limit, lambda row: list(row[width:]))
        return Page([self.record(*row[:width]) for row in page.items], page.token)


class KeyedRepository(Repository[D]):
    """A repository whose records have exactly the columns of the table, and are identified by its primary key."""

    def add(self, record: D) -> D:
        """Insert a record. Raises `UniqueViolation` when one of its keys is in use."""
        self.unit.write(self.table.insert(), asdict(record))
        return record

    def change(self, record: D, **changes: Any) -> D:
        """Update the columns named in `changes`, and return the changed record."""
        self.unit.write(self.table.update().where(*self._same(record)), changes)
        return replace(record, **changes)

    def delete(self, record: D) -> bool:
        """Delete a record. False when the record did not exist any more."""
        return self.unit.write(self.table.delete().where(*self._same(record))).rowcount == 1

    def _same(self, record: D) -> list[ColumnElement[bool]]:
        return [column == getattr(record, column.name) for column in self.table.primary_key.columns]

    def _count(self, **wanted: Any) -> int:
        where = [self.table.c[name] == value for name, value in wanted.items()]
        return int(self.unit.read(select(func.count()).select_from(self.table).where(*where)).scalar_one())


def columns_of(record: type[DataclassInstance]) -> tuple[str, ...]:
    """The names of the fields of a record class, where these are the columns of the table."""
    return tuple(field.name for field in fields(record))
