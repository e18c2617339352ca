"""A PostgreSQL database: its transactions, its named locks, and which constraint failed."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, cached_property
from typing import Any, cast

import psycopg
from sqlalchemy import (
    Connection,
    Executable,
    Index,
    Insert,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
    literal,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError, OperationalError

from storage import migrations
from storage.failures import UNREACHABLE, Contended, DatabaseUnusable
from storage.postgresql.connections import LimitedConnection, Trimmer, engine_for
from storage.prepared import PreparedWrite, Result
from storage.server import Server
from storage.tables import metadata, users
from storage.violations import UniqueViolation

_BEGIN = {
    True: "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE",
    False: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
}
"""By whether the unit writes. Units that read see the database as of one moment; those that write take row locks."""
_SCHEMA_LOCK = 0x636F676E69746F
"""The advisory lock of those who create or migrate the schema: "cognito"."""
_MIGRATION_SECONDS = 20
_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")


for _index in users.indexes:  # `postgresql_where` in tables.py would import this dialect where only SQLite is used
    _index.dialect_options["postgresql"]["where"] = _index.dialect_options["sqlite"]["where"]


class PostgreSQL:
    """A database on a PostgreSQL server. Units of work run side by side. Thread-safe."""

    is_serial = False
    insert = staticmethod(insert)

    def __init__(self, server: Server) -> None:
        self._failing = False
        self._timeouts = 0
        self._probe = threading.Lock()
        self.engine = engine_for(server, self._timed_out)
        try:
            self._check_schema()
        except BaseException:
            self.engine.dispose()
            raise
        self.trimmer = Trimmer(self.engine)

    @contextmanager
    def transaction(self, writes: bool) -> Iterator[Connection]:
        """A connection in a transaction, rolled back unless committed.

        Raises `DatabaseUnusable` at once while the server does not answer, except in one call at a time, which tries:
        otherwise the calls that wait would queue up behind one another.
        """
        probes = self._failing
        if probes and not self._probe.acquire(blocking=False):
            raise DatabaseUnusable(UNREACHABLE)
        try:
            connection = self._begun(_BEGIN[writes])
            self._failing = False
        finally:
            if probes:
                self._probe.release()
        try:
            yield connection
        finally:
            connection.close()

    @contextmanager
    def exclusively(self) -> Iterator[Connection]:
        """A transaction in which no other server creates or migrates the schema, without a limit of time."""
        with self.transaction(True) as connection:
            driver = cast("LimitedConnection", connection.connection.driver_connection)
            before, driver.patience = driver.patience, None
            try:
                connection.execute(text("SET LOCAL statement_timeout = 0"))
                connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
                _wait_for_schema(connection)
                yield connection
            finally:
                driver.patience = before

    def lock(self, connection: Connection, *name: object) -> None:
        """Wait until no other transaction holds this name, and hold it until the end of the transaction."""
        connection.execute(_LOCK, {"name": repr(name)})

    def check(self) -> None:
        """Raise an exception of the driver, or `DatabaseUnusable`, when the database does not answer."""
        with self.transaction(False) as connection:
            connection.execute(text("SELECT 1"))

    def write(self, connection: Connection, statement: Executable | PreparedWrite, parameters: Any) -> Result:
        """Run an INSERT, UPDATE or DELETE. Raises IntegrityError or `UniqueViolation`.

        PostgreSQL ends a transaction at the first error. So an INSERT of one row does nothing if there is a conflict,
        which is looked for afterwards.
        """
        if isinstance(statement, PreparedWrite):
            statement = statement.statement
        is_row = isinstance(statement, Insert) and statement.select is None and isinstance(parameters, dict)
        if not is_row:
            return connection.execute(statement, parameters, execution_options={"preserve_rowcount": True})
        table = cast("Table", cast("Insert", statement).table)
        inserted = connection.execute(_insert_if_new(table), parameters)
        if inserted.rowcount == 0:
            raise self._conflict(connection, table, parameters)
        return inserted

    def commit(self, connection: Connection) -> None:
        """Commit the transaction."""
        connection.commit()

    def unique_key(self, error: IntegrityError) -> tuple[str, tuple[str, ...]] | None:
        """The table and columns of the unique constraint that failed, None if another kind of constraint failed."""
        if not isinstance(error.orig, psycopg.errors.UniqueViolation):
            return None
        return self._unique_keys.get(error.orig.diag.constraint_name or "")

    def is_foreign_key(self, error: IntegrityError) -> bool:
        """Whether a foreign key constraint failed."""
        return isinstance(error.orig, psycopg.errors.ForeignKeyViolation)

    def close(self) -> None:
        """Close all pooled connections."""
        self.trimmer.stop()
        self.engine.dispose()

    def _conflict(self, connection: Connection, table: Table, values: dict[str, Any]) -> Exception:
        """Which constraint refused a row; `Contended` when the row in its way has just been deleted."""
        for of, columns in self._unique_keys.values():
            if of == table.name and all(values.get(name) is not None for name in columns):
                query = select(literal(1)).where(*(table.c[name] == values[name] for name in columns))
                if connection.execute(query).first():
                    return UniqueViolation(of, columns)
        return Contended()

    @cached_property
    def _unique_keys(self) -> dict[str, tuple[str, tuple[str, ...]]]:
        """Table and columns by the name of the constraint or index that keeps them unique."""
        found = {}
        for table in metadata.tables.values():
            constraints: list[PrimaryKeyConstraint | UniqueConstraint | Index] = [
                *(each for each in table.constraints if isinstance(each, PrimaryKeyConstraint | UniqueConstraint)),
                *(each for each in table.indexes if each.unique),
            ]
            for each in constraints:
                found[str(each.name)] = table.name, tuple(column.name for column in each.columns)
        return found

    def _begun(self, statement: str) -> Connection:
        """A connection in a new transaction. Connects anew when the pooled connection was broken meanwhile."""
        timeouts = self._timeouts
        try:
            return self._try_begin(statement)
        except psycopg.OperationalError:
            self.engine.dispose()  # the others are probably broken too
            if self._timeouts > timeouts:  # a server that did not answer in time does not answer a new connection
                raise
            return self._try_begin(statement)

    def _try_begin(self, statement: str) -> Connection:
        try:
            connection = self.engine.connect()
        except OperationalError as error:
            if isinstance(error.orig, psycopg.errors.ConnectionTimeout):
                self._timed_out()
            raise
        try:
            driver: Any = connection.connection.driver_connection
            driver.execute(statement, prepare=False)
        except BaseException as error:
            if isinstance(error, psycopg.Error):
                connection.invalidate(error)
            connection.close()
            raise
        return connection

    def _timed_out(self) -> None:
        self._failing = True
        self._timeouts += 1

    def _check_schema(self) -> None:
        """Raise `DatabaseUnusable` when the tables are of another program or of a newer version."""
        with self.transaction(False) as connection:
            revision = migrations.revision_of(connection)
            if revision is not None and revision not in migrations.known():
                raise DatabaseUnusable(
                    f"its schema is {revision!r}, of a newer cognito-emulator or of another program; "
                    f"this one knows those up to {migrations.HEAD!r}"
                )


@cache
def _insert_if_new(table: Table) -> Executable:
    return insert(table).on_conflict_do_nothing().execution_options(preserve_rowcount=True)


def _wait_for_schema(connection: Connection) -> None:
    for _ in range(_MIGRATION_SECONDS * 10):
        if connection.execute(text("SELECT pg_try_advisory_xact_lock(:lock)"), {"lock": _SCHEMA_LOCK}).scalar():
            return
        time.sleep(0.1)
    raise DatabaseUnusable("another server is still migrating it; start this one again later")
