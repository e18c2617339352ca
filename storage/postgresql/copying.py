"""Copying from a PostgreSQL database, and filling an empty one in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import cache
from typing import Any, cast

from msgspec.structs import replace
from sqlalchemy import Column, Connection, Dialect, Table, delete, func, select, text

from keys.vault import Vault
from storage import key_check, migrations
from storage.column_types import String
from storage.copying import schema
from storage.copying.rows import TABLES, Block, Row, Source, Target, number_of
from storage.failures import DatabaseUnusable
from storage.postgresql.database import PostgreSQL
from storage.server import Server
from storage.tables.import_jobs import import_blocks
from storage.tables.key_checks import key_checks
from storage.tables.schema import all_tables

_PATIENCE = 3600
"""Seconds that a statement may take. The transaction that reads is idle while the other database makes its indexes."""
_LOCK_SECONDS = 5


@contextmanager
def reading(server: Server) -> Iterator[Source]:
    """A snapshot of a database, for the time of the context. Servers may use the database meanwhile.

    Raises `DatabaseUnusable` and exceptions of the driver.
    """
    with ExitStack() as stack:
        kept = PostgreSQL(replace(server, patience=_PATIENCE))
        stack.callback(kept.close)
        connection = stack.enter_context(kept.transaction(False))
        schema.check(connection)
        yield _Source(connection)


class _Source:
    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def last_number(self, table: Table) -> int:
        """The last number that the table's key gave to a row, 0 if it gave none."""
        query = text(f"SELECT pg_sequence_last_value(CAST({_SEQUENCE} AS regclass))")
        return int(self.connection.execute(query, _sequence(self.connection, table)).scalar() or 0)

    def blocks(self) -> Iterator[Block]:
        """The files of import jobs, each in the order of its bytes."""
        block = import_blocks.c
        query = select(block.job_id, block.kind, block.number, block.content)
        query = query.order_by(block.job_id, block.kind, block.number)
        for row in self.connection.execution_options(stream_results=True, yield_per=2).execute(query):
            yield Block(*row)


@contextmanager
def filling(server: Server, vault: Vault) -> Iterator[Target]:
    """An empty database in a transaction, without other writers. `vault` has the key of the data to come.

    A database in which a server has made its tables is empty too, as long as nothing is in them.
    """
    with ExitStack() as stack:
        kept = PostgreSQL(replace(server, patience=_PATIENCE))
        stack.callback(kept.close)
        connection = stack.enter_context(kept.exclusively())
        revision = migrations.revision_of(connection)
        if revision is None:
            if schema.names(connection) & {table.name for table in all_tables()}:
                raise DatabaseUnusable("it is not empty: it has tables of another program")
            schema.make(connection)
        else:
            schema.check(connection)
            _lock(connection)
            if not schema.is_empty(connection, [table for table in all_tables() if table is not key_checks]):
                raise DatabaseUnusable("it is not empty: it has data of a cognito-emulator")
            if not schema.is_empty(connection, [key_checks]):
                key_check.fits(connection, vault)
            connection.execute(delete(key_checks))
        yield _Target(connection, is_new=revision is None)


def _lock(connection: Connection) -> None:
    """Have all others wait who read or write the tables."""
    connection.execute(text(f"SET LOCAL lock_timeout = '{_LOCK_SECONDS}s'"))
    connection.execute(text(f"LOCK TABLE {', '.join(_name(connection, each) for each in all_tables())}"))


def _name(connection: Connection, table: Table) -> str:
    return str(connection.dialect.identifier_preparer.format_table(table))


_SEQUENCE = "pg_get_serial_sequence(:table, :column)"


def _sequence(connection: Connection, table: Table) -> dict[str, str]:
    column = cast("Column[Any]", number_of(table))
    return {"table": _name(connection, table), "column": column.name}


class _Target:
    def __init__(self, connection: Connection, *, is_new: bool) -> None:
        self.connection = connection
        self._is_new = is_new

    def insert(self, table: Table, rows: Sequence[Row]) -> None:
        """Insert rows, which have the values of all columns in their order."""
        driver: Any = self.connection.connection.driver_connection
        converters = _converters(table, self.connection.dialect)
        into = schema.with_columns(self.connection, table)
        with driver.cursor() as cursor, cursor.copy(f"COPY {into} FROM STDIN") as copy:
            for row in rows:
                values = list(row)
                for index, convert in converters:
                    values[index] = convert(values[index])
                copy.write_row(values)

    def add(self, block: Block) -> None:
        """Append a block to a file of an import job."""
        self.insert(import_blocks, [(block.job_id, block.kind, block.number, block.content)])

    def file_bytes(self) -> int:
        """The length of all files of import jobs."""
        query = select(func.coalesce(func.sum(func.length(import_blocks.c.content)), 0))
        return int(self.connection.execute(query).scalar_one())

    def number_on(self, table: Table, last: int) -> None:
        """Have the table's key give the numbers after `last`."""
        values = {**_sequence(self.connection, table), "last": last}
        self.connection.execute(text(f"SELECT setval({_SEQUENCE}, :last)"), values)

    def complete(self) -> None:
        """Make the indexes, if they are not there, and have the planner know the tables."""
        if self._is_new:
            schema.index(self.connection)
        names = ", ".join(_name(self.connection, table) for table in TABLES)
        self.connection.execute(text(f"ANALYZE {names}"))

    def commit(self) -> None:
        """Make the database what everybody sees."""
        self.connection.commit()


@cache
def _converters(table: Table, dialect: Dialect) -> list[tuple[int, Callable[[Any], Any]]]:
    """What texts pass on their way into the database, by the index of their column."""
    found = [(index, each.type.bind_processor(dialect)) for index, each in enumerate(table.columns) if _is_text(each)]
    return [(index, convert) for index, convert in found if convert]


def _is_text(column: Column[Any]) -> bool:
    return isinstance(column.type, String)
