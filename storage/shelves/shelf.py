"""What every shelf is: a unit of work to ask, and rows made into records."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Select, Table, select, tuple_

from storage import paging
from storage.paging import Page

if TYPE_CHECKING:
    from storage.store import Unit

R = TypeVar("R")


class Shelf(Generic[R]):
    """One table and the record that its rows make. `table` and `record` are set by each shelf."""

    table: Table
    record: Callable[..., R]
    columns: tuple[str, ...]

    def __init__(self, unit: Unit) -> None:
        self.unit = unit

    def _select(self) -> Select[Any]:
        return select(*(self.table.c[name] for name in self.columns))

    def _one(self, *where: ColumnElement[bool]) -> R | None:
        row = self.unit.read(self._select().where(*where)).first()
        return self.record(*row) if row else None

    def _all(self, query: Select[Any]) -> list[R]:
        return [self.record(*row) for row in self.unit.read(query)]

    def _page(self, query: Select[Any], scope: str, token: str | None, limit: int, *keys: str) -> Page[R]:
        """A page of `query` in the order of the columns `keys`, the last of which is unique."""
        vault = self.unit.store.vault
        columns = [self.table.c[key] for key in keys]
        after = paging.position(vault, scope, token)
        if after is not None:
            query = query.where(tuple_(*columns) > tuple_(*after) if len(keys) > 1 else columns[0] > after[0])
        labelled = [column.label(f"key_{column.name}") for column in columns]
        found = self.unit.read(query.add_columns(*labelled).order_by(*columns).limit(limit + 1)).all()
        width = len(self.columns)
        page = paging.cut(vault, scope, found, limit, lambda row: list(row[width:]))
        return Page([self.record(*row[:width]) for row in page.items], page.token)
