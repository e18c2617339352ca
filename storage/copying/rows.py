"""Rows as they pass from one database to another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Literal, Protocol, TypeAlias

from msgspec import Struct
from sqlalchemy import JSON, Column, Connection, Dialect, LargeBinary, Select, Table, func, select
from sqlalchemy.exc import DBAPIError

from storage.failures import DatabaseUnusable, translated
from storage.history import moving
from storage.history.json_sql import as_text
from storage.tables.history import history
from storage.tables.import_jobs import import_blocks
from storage.tables.schema import all_tables

Row: TypeAlias = Sequence[Any]
TABLES = [table for table in all_tables() if table is not import_blocks]
"""The tables in the order of their foreign keys. Blocks of import files are passed as `Block`: SQLite has none."""
_BATCH = 500
_HEAVY_BATCH = 10
_NOT_FITTING = {"22", "23"}
"""The classes of SQLSTATE for values and for constraints."""
_NOT_FITTING_ERRORS = {"IntegrityError", "DataError"}
"""The drivers' own errors of that kind."""


class Block(Struct, frozen=True):
    """A part of a file of an import job, as in the table `import_blocks`."""

    job_id: str
    kind: str
    number: int
    content: bytes


class Source(Protocol):
    """An open database, as of one moment."""

    connection: Connection

    def last_number(self, table: Table) -> int:
        """The last number that the table's key gave to a row, 0 if the database does not keep it."""

    def blocks(self) -> Iterator[Block]:
        """The files of import jobs, each in the order of its bytes."""


class Target(Protocol):
    """An empty database in a transaction, which nobody else sees before `commit`."""

    connection: Connection

    def insert(self, table: Table, rows: Sequence[Row]) -> None:
        """Insert rows, which have the values of all columns in their order."""

    def add(self, block: Block) -> None:
        """Append a block to a file of an import job."""

    def file_bytes(self) -> int:
        """The length of all files of import jobs."""

    def number_on(self, table: Table, last: int) -> None:
        """Have the table's key give the numbers after `last`."""

    def complete(self) -> None:
        """Do what is better done after the rows were inserted: make the indexes."""

    def commit(self) -> None:
        """Make the database what everybody sees."""


class CannotCopy(Exception):
    """The cause says why; `side` says on which side."""

    def __init__(self, side: Literal["from", "to"]) -> None:
        super().__init__(side)
        self.side = side


@contextmanager
def about(side: Literal["from", "to"]) -> Iterator[None]:
    """Raise `CannotCopy` in place of errors of the disk or the database."""
    try:
        with translated(), _fitting():
            yield
    except (OSError, DatabaseUnusable) as error:
        raise CannotCopy(side) from error


@contextmanager
def _fitting() -> Iterator[None]:
    try:
        yield
    except Exception as error:
        cause = getattr(error, "orig", error) if isinstance(error, DBAPIError) else error
        state = getattr(cause, "sqlstate", None) or ""
        if state[:2] in _NOT_FITTING or type(cause).__name__ in _NOT_FITTING_ERRORS:
            raise DatabaseUnusable(
                "it refuses a row of the other database, which breaks a constraint or has a value that cannot be stored"
            ) from error
        raise


def number_of(table: Table) -> Column[Any] | None:
    """The column for which the database makes numbers, None if there is none."""
    return table.autoincrement_column


def count(connection: Connection, table: Table) -> int:
    """The number of rows."""
    return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def greatest(connection: Connection, column: Column[Any]) -> int:
    """The greatest number in a column, 0 if there is no row."""
    return int(connection.execute(select(func.coalesce(func.max(column), 0))).scalar_one())


def batches(connection: Connection, table: Table, to: Dialect) -> Iterator[list[Row]]:
    """All rows of a table, batch by batch, as the values that the other database takes."""
    size = _HEAVY_BATCH if any(isinstance(column.type, LargeBinary) for column in table.columns) else _BATCH
    size = _BATCH if "user_id" in table.columns or table.name == "users" else size  # keys and verifiers are short
    found = connection.execution_options(stream_results=True, yield_per=size).execute(_query(table))
    for batch in found.partitions():
        rows: list[Row] = list(batch)
        yield [_image_moved(row, connection.dialect, to) for row in rows] if table is history else rows


def _query(table: Table) -> Select[Any]:
    return select(*(as_text(each).label(each.name) if isinstance(each.type, JSON) else each for each in table.columns))


def _image_moved(row: Row, of: Dialect, to: Dialect) -> Row:
    """The row of a change with its image as the other database makes it."""
    values = dict(zip(history.columns.keys(), row, strict=True))
    if values["before"] is not None and of.name != to.name:
        values["before"] = moving.moved(values["kind"], values["before"], of, to)
    return list(values.values())
