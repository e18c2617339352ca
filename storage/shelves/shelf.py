"""What every shelf is: a unit of work to ask, and rows made into records."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from sqlalchemy import Column, Select, Table, bindparam, select, tuple_

from storage import paging
from storage.paging import Page

if TYPE_CHECKING:
    from storage.store import Unit

R = TypeVar("R")


@cache
def _every(table: Table, columns: tuple[str, ...]) -> Select[Any]:
    """The query that all others of a shelf begin with. Building it anew would cost more than running it."""
    return select(*(table.c[name] for name in columns))


@cache
def _matching(table: Table, columns: tuple[str, ...], names: tuple[str, ...]) -> Select[Any]:
    """The rows whose columns `names` equal the parameters of these names."""
    return _every(table, columns).where(*(table.c[name] == bindparam(name) for name in names))


class Shelf(Generic[R]):
    """One table and the record that its rows make. `table` and `record` are set by each shelf."""

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

    def _page(self, query: Select[Any], scope: str, token: str | None, limit: int, *keys: str | Column[Any]) -> Page[R]:
        """A page of `query` in the order of the columns `keys`, the last of which is unique in it.

        The columns are those of the index that serves the query, in a join the other table's: else all is sorted.
        """
        vault = self.unit.store.vault
        columns = [self.table.c[key] if isinstance(key, str) else key for key in keys]
        after = paging.position(vault, scope, token)
        if after is not None:
            query = query.where(tuple_(*columns) > tuple_(*after) if len(keys) > 1 else columns[0] > after[0])
        labelled = [column.label(f"key_{column.name}") for column in columns]
        found = self.unit.read(query.add_columns(*labelled).order_by(*columns).limit(limit + 1)).all()
        width = len(self.columns)
        page = paging.cut(vault, scope, found, limit, lambda row: list(row[width:]))
        return Page([self.record(*row[:width]) for row in page.items], page.token)
