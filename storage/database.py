"""What the store needs of a database: SQLite and PostgreSQL each have a class that does this in their way."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol, TypeAlias

from sqlalchemy import Connection, Engine, Executable, Table
from sqlalchemy.exc import IntegrityError

from storage.failures import DatabaseUnusable
from storage.prepared import PreparedWrite, Result
from storage.server import Server
from storage.sqlite import SQLite

Place: TypeAlias = Path | Server
"""Where the data is: a file of SQLite, or a PostgreSQL server."""


class Database(Protocol):
    """An open database. Thread-safe."""

    engine: Engine
    is_serial: bool
    """Whether units of work that write run one after the other."""

    def insert(self, table: Table) -> Any:
        """An INSERT with the `on_conflict_do_…` methods, in the dialect of this database."""

    def transaction(self, writes: bool) -> AbstractContextManager[Connection]:
        """A connection in a transaction, rolled back unless committed."""

    def exclusively(self) -> AbstractContextManager[Connection]:
        """A transaction in which no other process creates or migrates the schema."""

    def lock(self, connection: Connection, *name: object) -> None:
        """Wait until no other transaction holds this name, and hold it until the end of the transaction."""

    def check(self) -> None:
        """Raise an exception of the driver, or `DatabaseUnusable`, when the database does not answer."""

    def write(self, connection: Connection, statement: Executable | PreparedWrite, parameters: Any) -> Result:
        """Run an INSERT, UPDATE or DELETE. Raises IntegrityError or `UniqueViolation`.

        After an INSERT of one row that a unique constraint refuses, the transaction goes on.
        """

    def commit(self, connection: Connection) -> None:
        """Commit the transaction."""

    def unique_key(self, error: IntegrityError) -> tuple[str, tuple[str, ...]] | None:
        """The table and columns of the unique constraint that failed, None if another kind of constraint failed."""

    def is_foreign_key(self, error: IntegrityError) -> bool:
        """Whether a foreign key constraint failed."""

    def close(self) -> None:
        """Close all pooled connections."""


def opened(place: Place) -> Database:
    """The database at a place. Imports the driver of PostgreSQL only for PostgreSQL. Raises `DatabaseUnusable`."""
    if isinstance(place, Path):
        return SQLite(place)
    try:
        import psycopg  # noqa: F401
    except ImportError:
        raise DatabaseUnusable("its driver is missing: pip install 'cognito-emulator[postgresql]'") from None
    from storage.postgresql.database import PostgreSQL

    return PostgreSQL(place)
