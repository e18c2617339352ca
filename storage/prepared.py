"""Queries that are built and compiled once, and run by SQLite's driver itself.

To run a compiled query, SQLAlchemy takes ten times as long as SQLite: 35 µs against 3, and as much again for its rows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, TypeAlias

from sqlalchemy import Connection
from sqlalchemy.dialects.sqlite import dialect as sqlite_dialect
from sqlalchemy.types import TypeEngine

_Converter: TypeAlias = Callable[[Any], Any]

_SQLITE: Any = sqlite_dialect()


class Prepared:
    """A statement whose parameters are all named: `bindparam("user_id")`. For statements that many calls run.

    With `is_long`, SQLite runs an INSERT, UPDATE or DELETE as text: SQLAlchemy takes longer to find it in its cache
    than SQLite to run it.
    """

    def __init__(self, query: Any, *, is_long: bool = False, locks: bool = False) -> None:
        self.query = query
        self.is_long = is_long
        self.locks = locks
        """Whether it is a SELECT that locks its rows."""

    @cached_property
    def locked(self) -> Prepared:
        """The same query with row locks (FOR NO KEY UPDATE) where the database is PostgreSQL; SQLite has none."""
        return Prepared(self.query.with_for_update(key_share=True), locks=True)

    def rows(self, connection: Connection, parameters: Mapping[str, Any]) -> Sequence[Sequence[Any]]:
        """All rows that SQLite finds for these parameters.

        SQLAlchemy runs the query where its events of statements are listened to.
        """
        if connection.engine.dispatch.before_cursor_execute:
            return connection.execute(self.query, parameters).all()
        if not connection.in_transaction():
            connection.begin()
        driver: Any = connection.connection.driver_connection
        given = {**self._literals, **parameters} if self._literals else parameters
        values = [given[name] if convert is None else convert(given[name]) for name, convert in self._binds]
        rows: list[Sequence[Any]] = driver.execute(self._sql, values).fetchall()
        return [self._converted(row) for row in rows] if self._columns else rows

    def _converted(self, row: Sequence[Any]) -> Sequence[Any]:
        values = list(row)
        for index, convert in self._columns:
            values[index] = convert(values[index])
        return values

    @cached_property
    def _compiled(self) -> Any:
        return self.query.compile(dialect=_SQLITE)

    @cached_property
    def _sql(self) -> str:
        return str(self._compiled)

    @cached_property
    def _binds(self) -> list[tuple[str, _Converter | None]]:
        """The names of the parameters in the order of their places in the SQL, with what converts their values."""
        binds = self._compiled.binds
        return [
            (name, _implementation(binds[name].type).bind_processor(_SQLITE)) for name in self._compiled.positiontup
        ]

    @cached_property
    def _literals(self) -> dict[str, Any]:
        """The values that the query itself has, such as the 0 of SQLite's LIMIT ? OFFSET 0."""
        return {name: bind.value for name, bind in self._compiled.binds.items() if not bind.required}

    @cached_property
    def _columns(self) -> list[tuple[int, _Converter]]:
        """The columns whose values are converted, such as JSON, by their index."""
        types = [_implementation(column.type) for column in self.query.selected_columns]
        converters = [kind.result_processor(_SQLITE, None) for kind in types]
        return [(index, convert) for index, convert in enumerate(converters) if convert]


def _implementation(kind: TypeEngine[Any]) -> Any:
    """A column's type as SQLite has it."""
    return kind.dialect_impl(_SQLITE)
