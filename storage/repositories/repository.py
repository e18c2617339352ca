"""What every repository is: a unit of work to ask, and rows made into records."""

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
    """The query that all others of a repository begin with. Building it anew would cost more than running it."""
    return select(*(table.c[name] for name in columns))


@cache
def _matching(table: Table, columns: tuple[str, ...], names: tuple[str, ...]) -> Select[Any]:
    """The rows whose columns `names` equal the parameters of these names."""
    return _every(table, columns).where(*(table.c[name] == bindparam(name) for name in names))


class Repository(Generic[R]):
    """One table and the record that its rows make. `table` and `record` are set by each repository."""

    table: Table
    record: Callable[..., R]
    columns: tuple[str, ...]

    def __init__(self, unit: Unit) -> None:
        self.unit = unit

    def _select(self) -> Select[Any]:
        return _every(self.table, self.columns)

    def _one(self, **wanted: Any) -> R | None:
        """The record whose columns equal what is wanted."""
        row: Any = self.unit.read(_matching(self.table, self.columns, tuple(wanted)), wanted).first()
        return self.record(*row) if row else None

    def _every(self, **wanted: Any) -> list[R]:
        """Every record whose columns equal what is wanted."""
        return self._all(_matching(self.table, self.columns, tuple(wanted)), wanted)

    def _all(self, query: Select[Any], parameters: Any = None) -> list[R]:
        return [self.record(*row) for row in self.unit.read(query, parameters)]

    def _sweep(self, key: Column[Any], moment: Column[Any], before: float, limit: int) -> int:
        """Delete at most `limit` rows whose `moment` came before another one, the oldest first. Answers how many."""
        oldest = select(key).where(moment < before).order_by(moment).limit(limit)
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
        """A page of `query` in the order of the columns `keys`, the last of which is unique in it.

        The columns are those of the index that serves the query, in a join the other table's: else all is sorted.
        `newest_first` turns the order round.
        """
        vault = self.unit.store.vault
        columns = [self.table.c[key] if isinstance(key, str) else key for key in keys]
        after = paging.position(vault, scope, token)
        if after is not None:
            here: Any = tuple_(*columns) if len(keys) > 1 else columns[0]
            there: Any = tuple_(*after) if len(keys) > 1 else after[0]
            query = query.where(here < there if newest_first else here > there)
        labelled = [column.label(f"key_{column.name}") for column in columns]
        order = [column.desc() for column in columns] if newest_first else columns
        found = self.unit.read(query.add_columns(*labelled).order_by(*order).limit(limit + 1)).all()
        width = len(self.columns)
        page = paging.cut(vault, scope, found, limit, lambda row: list(row[width:]))
        return Page([self.record(*row[:width]) for row in page.items], page.token)


class KeyedRepository(Repository[D]):
    """A repository whose records are rows as they stand, each told from the others by the table's primary key."""

    def add(self, record: D) -> D:
        """Keep a new record. Raises `Taken` when one of its keys is in use."""
        self.unit.write(self.table.insert(), asdict(record))
        return record

    def change(self, record: D, **changes: Any) -> D:
        """Keep what changed."""
        self.unit.write(self.table.update().where(*self._same(record)), changes)
        return replace(record, **changes)

    def delete(self, record: D) -> bool:
        """Forget a record. False when it was gone already."""
        return self.unit.write(self.table.delete().where(*self._same(record))).rowcount == 1

    def _same(self, record: D) -> list[ColumnElement[bool]]:
        return [column == getattr(record, column.name) for column in self.table.primary_key.columns]

    def _count(self, **wanted: Any) -> int:
        where = [self.table.c[name] == value for name, value in wanted.items()]
        return int(self.unit.read(select(func.count()).select_from(self.table).where(*where)).scalar_one())


def columns_of(record: type[DataclassInstance]) -> tuple[str, ...]:
    """The columns of a record whose fields are a table's columns."""
    return tuple(field.name for field in fields(record))
