"""What the store needs of a database: SQLite and PostgreSQL each have a class that does this in their way."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol, TypeAlias

from sqlalchemy import ColumnElement, Connection, Engine, Executable, Table

from storage.failures import DatabaseUnusable
from storage.prepared import Prepared
from storage.read_ahead import Ahead
from storage.server import Server
from storage.sqlite import SQLite
from storage.written import Written

Place: TypeAlias = Path | Server
"""Where the data is: a file of SQLite, or a PostgreSQL server."""


class Session(Protocol):
    """A transaction, rolled back unless committed."""

    @property
    def connection(self) -> Connection:
        """The connection for statements that SQLAlchemy runs."""

    def rows(self, query: Prepared, parameters: Mapping[str, Any]) -> Sequence[Sequence[Any]]:
        """The rows of a query."""

    def also(
        self, query: Prepared, parameters: Mapping[str, Any], then: Callable[[Sequence[Sequence[Any]]], None]
    ) -> None:
        """Run a query with the next statement at the latest, and hand its rows to `then`, before that returns."""

    def read_ahead(self, ahead: Ahead, *, after: bool) -> None:
        """Run a query with the next statement at the latest, or `after` it, and keep its rows for what it answers."""

    def write(self, statement: Executable | Prepared, parameters: Any = None) -> Written:
        """Run an INSERT, UPDATE or DELETE. Raises `UniqueViolation` and `StaleRead`.

        After a prepared INSERT of one row that a unique constraint refuses, the transaction goes on.
        """

    def write_unread(self, statement: Prepared, parameters: Mapping[str, Any]) -> None:
        """Run a statement with the next one at the latest, or with the commit, which then raise what it raises."""

    def lock(self, *name: object) -> None:
        """Wait until no other transaction holds this name, and hold it until the end of the transaction."""

    def send(self) -> None:
        """Run what waits to be sent with the next statement."""

    def send_last(self) -> None:
        """Run the one query that waits, which needs no transaction. The session is only closed after that."""

    def commit(self) -> None:
        """Commit. The session is only closed after that."""

    def close(self) -> None:
        """Roll back what was not committed, and return the connection to the pool."""


class Database(Protocol):
    """An open database. Thread-safe."""

    engine: Engine
    is_serial: bool
    """Whether units of work that write run one after the other."""
    now: ColumnElement[float]
    """The real time by the clock of the database, in epoch seconds."""
    drawn: ColumnElement[int]
    """A number of 64 bits that the database draws at random: not for secrets."""

    def insert(self, table: Table) -> Any:
        """An INSERT with the `on_conflict_do_…` methods, in the dialect of this database."""

    def session(self, writes: bool) -> Session:
        """A transaction for a unit of work, to be closed."""

    def transaction(self, writes: bool) -> AbstractContextManager[Connection]:
        """A connection in a transaction, rolled back unless committed."""

    def exclusively(self) -> AbstractContextManager[Connection]:
        """A transaction in which no other process creates or migrates the schema."""

    def check(self) -> None:
        """Raise an exception of the driver, or `DatabaseUnusable`, when the database does not answer."""

    def close(self) -> None:
        """Close all pooled connections."""


def opened(place: Place, *, several: bool = False, durable: bool = True) -> Database:
    """The database at a place. `several` says that several processes write to it; `durable` is for SQLite.

    Imports the driver of PostgreSQL only for PostgreSQL. Raises `DatabaseUnusable`.
    """
    if isinstance(place, Path):
        if not several:
            return SQLite(place, durable=durable)
        from storage.queue import Queue

        return SQLite(place, Queue(place), durable=durable)
    check_driver()
    from storage.postgresql.database import PostgreSQL

    return PostgreSQL(place)


def check_driver() -> None:
    """Raise `DatabaseUnusable` when the driver of PostgreSQL is not installed."""
    try:
        import psycopg  # noqa: F401
    except ImportError:
        raise DatabaseUnusable("its driver is missing: pip install 'cognito-emulator[postgresql]'") from None
