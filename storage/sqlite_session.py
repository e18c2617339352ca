"""A transaction on SQLite."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import cache
from typing import Any

from sqlalchemy import Connection, Executable, Insert, text
from sqlalchemy.dialects.sqlite import dialect
from sqlalchemy.exc import IntegrityError

from storage.prepared import Prepared
from storage.read_ahead import Ahead
from storage.violations import StaleRead, UniqueViolation
from storage.written import Written


class Session:
    """A transaction, rolled back unless committed, of `SQLite.transaction`."""

    def __init__(self, transaction: AbstractContextManager[Connection]) -> None:
        self._transaction = transaction
        self.connection = transaction.__enter__()

    def rows(self, query: Prepared, parameters: Mapping[str, Any]) -> Sequence[Sequence[Any]]:
        """The rows of a query."""
        return query.rows(self.connection, parameters)

    def also(
        self, query: Prepared, parameters: Mapping[str, Any], then: Callable[[Sequence[Sequence[Any]]], None]
    ) -> None:
        """Run a query, and hand its rows to `then`."""
        then(self.rows(query, parameters))

    def read_ahead(self, ahead: Ahead) -> None:
        """Do nothing: nothing is gained by asking earlier."""

    def write(self, statement: Executable | Prepared, parameters: Any = None) -> Written:
        """Run an INSERT, UPDATE or DELETE. Raises `UniqueViolation` and `StaleRead`."""
        if isinstance(statement, Prepared):
            statement = _as_text(statement.query) if statement.is_long else statement.query
        try:
            return self.connection.execute(statement, parameters)
        except IntegrityError as error:
            raise _refusal(error) or error from error

    def write_unread(self, statement: Insert | Prepared, parameters: Mapping[str, Any]) -> None:
        """Run a statement whose result nobody needs."""
        self.write(statement, parameters)

    def lock(self, *name: object) -> None:
        """Do nothing: the transactions of writing units run one after the other."""

    def commit(self) -> None:
        """Commit."""
        self.connection.commit()

    def close(self) -> None:
        """Roll back what was not committed, and return the connection to the pool."""
        self._transaction.__exit__(None, None, None)


def _refusal(error: IntegrityError) -> StaleRead | UniqueViolation | None:
    """What an error means, None if another kind of constraint failed."""
    if "FOREIGN KEY constraint failed" in str(error.orig):
        return StaleRead()
    found = re.search(r"UNIQUE constraint failed: (.+)$", str(error.orig))
    if not found:
        return None
    columns = [column.strip().split(".") for column in found[1].split(",")]
    return UniqueViolation(columns[0][0], tuple(column[-1] for column in columns))


@cache
def _as_text(statement: Executable) -> Executable:
    """A statement as SQL text with named parameters."""
    return text(str(statement.compile(dialect=dialect(paramstyle="named"))))  # type: ignore[attr-defined]
