"""Statements that are built and compiled once, and run by SQLite's driver itself.

To run a compiled statement, SQLAlchemy takes ten times as long as SQLite: 35 µs against 3, and as much again for rows.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple, Protocol, TypeAlias

from sqlalchemy import JSON, Connection, Delete, Insert, Select, Update
from sqlalchemy.dialects.sqlite import dialect as sqlite_dialect
from sqlalchemy.exc import IntegrityError
from sqlalchemy.types import TypeEngine

from storage.column_types import Configuration
from storage.read_only import parsed

_Converter: TypeAlias = Callable[[Any], Any]

_SQLITE: Any = sqlite_dialect()
_DECODER = json.JSONDecoder()


class _Compiled:
    """A statement in SQLite's SQL, and what makes its values of the parameters of a call."""

    def __init__(self, compiled: Any) -> None:
        self.sql = str(compiled)
        binds = compiled.binds
        self._binds: list[tuple[str, _Converter | None]] = [
            (name, _implementation(binds[name].type).bind_processor(_SQLITE)) for name in compiled.positiontup
        ]
        self._literals = {name: bind.value for name, bind in binds.items() if not bind.required}
        """The values that the statement itself has, such as the 0 of SQLite's LIMIT ? OFFSET 0."""

    def values(self, parameters: Mapping[str, Any]) -> list[Any]:
        """The values in the order of their places in the SQL. Raises KeyError for a parameter that is missing."""
        given = {**self._literals, **parameters} if self._literals else parameters
        return [given[name] if convert is None else convert(given[name]) for name, convert in self._binds]


class Prepared:
    """A SELECT whose parameters are all named: `bindparam("user_id")`. For queries that most calls run."""

    def __init__(self, query: Select[Any]) -> None:
        self.query = query

    @cached_property
    def locked(self) -> Prepared:
        """The same query with row locks (FOR NO KEY UPDATE) where the database is PostgreSQL; SQLite has none."""
        return Prepared(self.query.with_for_update(key_share=True))

    def rows(self, connection: Connection, parameters: Mapping[str, Any]) -> Sequence[Sequence[Any]]:
        """All rows, for these parameters. The connection is in a transaction.

        SQLAlchemy runs the query on any other database than SQLite, and where its events of statements are listened to.
        """
        if connection.dialect.name != "sqlite" or connection.engine.dispatch.before_cursor_execute:
            return connection.execute(self.query, parameters).all()
        compiled, driver = self._compiled, _driver(connection)
        rows: list[Sequence[Any]] = driver.execute(compiled.sql, compiled.values(parameters)).fetchall()
        return [self._converted(row) for row in rows] if self._columns else rows

    def _converted(self, row: Sequence[Any]) -> Sequence[Any]:
        values = list(row)
        for index, convert in self._columns:
            values[index] = convert(values[index])
        return values

    @cached_property
    def _compiled(self) -> _Compiled:
        return _Compiled(self.query.compile(dialect=_SQLITE))

    @cached_property
    def _columns(self) -> list[tuple[int, _Converter]]:
        """The columns whose values are converted, such as JSON, by their index."""
        converters = [_converter(column.type) for column in self.query.selected_columns]
        return [(index, convert) for index, convert in enumerate(converters) if convert]


class Result(Protocol):
    """What a statement that writes has done: the part of SQLAlchemy's results that callers use."""

    @property
    def rowcount(self) -> int:
        """The number of rows that were inserted, changed or deleted."""

    @property
    def inserted_primary_key(self) -> Any:
        """The primary key of the inserted row, as a tuple."""


class Written(NamedTuple):
    """The `Result` of a statement that SQLite's driver ran."""

    rowcount: int
    inserted_primary_key: tuple[Any, ...]


class PreparedWrite:
    """An INSERT, UPDATE or DELETE that many calls run, for one row of parameters.

    The parameters of its conditions are named, `bindparam("this")`; those named like columns are values to write, and
    each set of such names is compiled once.
    """

    def __init__(self, statement: Insert | Update | Delete) -> None:
        self.statement = statement
        self._compiled: dict[tuple[str, ...], _Compiled] = {}

    def run(self, connection: Connection, parameters: Mapping[str, Any]) -> Written:
        """Run the statement on SQLite. The connection is in a transaction. Raises IntegrityError."""
        names = tuple(parameters)
        compiled = self._compiled.get(names)
        if compiled is None:
            compiled = _Compiled(self.statement.compile(dialect=_SQLITE, column_keys=list(names)))
            self._compiled[names] = compiled
        try:
            cursor = _driver(connection).execute(compiled.sql, compiled.values(parameters))
        except sqlite3.IntegrityError as error:
            raise IntegrityError(compiled.sql, None, error, hide_parameters=True) from error
        return Written(cursor.rowcount, (cursor.lastrowid,))


def _converter(kind: TypeEngine[Any]) -> _Converter | None:
    """What makes a value of a column's type of what SQLite gives; None where they are the same."""
    if isinstance(kind, Configuration):
        return parsed
    if isinstance(kind, JSON):
        return _from_json
    converter: _Converter | None = _implementation(kind).result_processor(_SQLITE, None)
    return converter


def _from_json(text: str | None) -> Any:
    """The value of a stored JSON text, a third of the time of SQLAlchemy's converter: a page of users has 120 texts."""
    if text == "{}":
        return {}
    return None if text is None else _DECODER.raw_decode(text)[0]


def _driver(connection: Connection) -> Any:
    return connection.connection.driver_connection


def _implementation(kind: TypeEngine[Any]) -> Any:
    """A column's type as SQLite has it."""
    return kind.dialect_impl(_SQLITE)
