"""A transaction on SQLite."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import Connection, Executable
from sqlalchemy.exc import IntegrityError

from storage.prepared import Prepared
from storage.read_ahead import Ahead
from storage.sqlite_statements import Statement
from storage.violations import StaleRead, UniqueViolation
from storage.written import Done, Written

if TYPE_CHECKING:
    from storage.sqlite import SQLite


class Kept(NamedTuple):
    """A connection that is kept: SQLAlchemy's pool takes 30 µs a transaction, `SQLite` 3.

    `driver` is the driver's connection in it, which SQLAlchemy takes long to find.
    """

    connection: Connection
    driver: Any


class Session:
    """A transaction, rolled back unless committed, between `SQLite.begin` and `SQLite.end`.

    SQLAlchemy runs prepared statements too where its events of statements are listened to.
    """

    def __init__(self, database: SQLite, writes: bool) -> None:
        self._database = database
        self._writes = writes
        self._kept = database.begin(writes)
        self.connection, self._driver = self._kept
        self._events = self.connection.engine.dispatch

    def rows(self, query: Prepared, parameters: Mapping[str, Any]) -> Sequence[Sequence[Any]]:
        """The rows of a query."""
        if self._events.before_cursor_execute:
            return self.connection.execute(query.statement, parameters).all()
        statement = _of(query)
        return statement.rows(self._driver.execute(statement.sql, statement.values(parameters)).fetchall())

    def also(
        self, query: Prepared, parameters: Mapping[str, Any], then: Callable[[Sequence[Sequence[Any]]], None]
    ) -> None:
        """Run a query, and hand its rows to `then`."""
        then(self.rows(query, parameters))

    def read_ahead(self, ahead: Ahead, *, after: bool) -> None:
        """Do nothing: nothing is gained by asking earlier."""

    def write(self, statement: Executable | Prepared, parameters: Any = None) -> Written:
        """Run an INSERT, UPDATE or DELETE. Raises `UniqueViolation` and `StaleRead`."""
        if isinstance(statement, Prepared) and not self._events.before_cursor_execute:
            return self._run(_of(statement, tuple(parameters)), parameters)
        told: Executable = statement.statement if isinstance(statement, Prepared) else statement
        try:
            return self.connection.execute(told, parameters)
        except IntegrityError as error:
            raise _refusal(error.orig) or error from error

    def write_unread(self, statement: Prepared, parameters: Mapping[str, Any]) -> None:
        """Run a statement whose result nobody needs."""
        self.write(statement, parameters)

    def lock(self, *name: object) -> None:
        """Do nothing: the transactions of writing units run one after the other."""

    def send(self) -> None:
        """Do nothing: no statement waits."""

    def send_last(self) -> None:
        """Do nothing, as `send`."""

    def commit(self) -> None:
        """Commit, whether SQLAlchemy knows of the transaction, or only the driver has run its statements."""
        if self.connection.in_transaction():
            self.connection.commit()
        else:
            self._driver.commit()

    def close(self) -> None:
        """Roll back what was not committed, and return the connection to the pool."""
        self._database.end(self._kept, self._writes)

    def _run(self, statement: Statement, parameters: Mapping[str, Any]) -> Written:
        try:
            cursor = self._driver.execute(statement.sql, statement.values(parameters))
        except sqlite3.IntegrityError as error:
            failed = IntegrityError(statement.sql, None, error, hide_parameters=True)
            raise _refusal(error) or failed from failed
        return Done(cursor.rowcount, (cursor.lastrowid,))


def _refusal(error: BaseException | None) -> StaleRead | UniqueViolation | None:
    """What an error of the driver means, None if another kind of constraint failed."""
    if "FOREIGN KEY constraint failed" in str(error):
        return StaleRead()
    found = re.search(r"UNIQUE constraint failed: (.+)$", str(error))
    if not found:
        return None
    columns = [column.strip().split(".") for column in found[1].split(",")]
    return UniqueViolation(columns[0][0], tuple(column[-1] for column in columns))


@cache
def _of(prepared: Prepared, names: tuple[str, ...] | None = None) -> Statement:
    return Statement(prepared.statement, names)
