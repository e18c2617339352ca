"""A PostgreSQL database: its transactions, its named locks, and which constraint failed."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

import psycopg
from sqlalchemy import (
    ColumnElement,
    Connection,
    Double,
    PoolProxiedConnection,
    literal_column,
    text,
)
from sqlalchemy.dialects.postgresql import insert

from storage import migrations
from storage.failures import UNREACHABLE, DatabaseUnusable
from storage.postgresql.connections import Trimmer, engine_for
from storage.postgresql.driver import LimitedConnection
from storage.postgresql.session import Session
from storage.postgresql.statements import Asked, Statement
from storage.server import Server
from storage.tables.users import users

_SCHEMA_LOCK = 0x636F676E69746F
"""The advisory lock of those who create or migrate the schema: "cognito"."""
_MIGRATION_SECONDS = 20

for _index in users.indexes:  # `postgresql_where` in its module would import this dialect where only SQLite is used
    _index.dialect_options["postgresql"]["where"] = _index.dialect_options["sqlite"]["where"]


class PostgreSQL:
    """A database on a PostgreSQL server. Units of work run side by side. Thread-safe."""

    is_serial = False
    now: ColumnElement[float] = literal_column("extract(epoch FROM clock_timestamp())::double precision", Double)
    drawn: ColumnElement[int] = literal_column("((random() - 0.5) * 1.8e19)::bigint")
    insert = staticmethod(insert)

    def __init__(self, server: Server) -> None:
        self._failing = False
        self.timeouts = 0
        self._probe = threading.Lock()
        self.engine = engine_for(server, self._timed_out)
        self.limits = [Asked(Statement(text(f"SET LOCAL {limit}"))) for limit in server.limits]
        """What transactions begin with where a pooler is in between."""
        try:
            self._check_schema()
        except BaseException:
            self.engine.dispose()
            raise
        self.trimmer = Trimmer(self.engine, server.resting)

    def session(self, writes: bool) -> Session:
        """A transaction for a unit of work, which the caller closes.

        Raises `DatabaseUnusable` at once while the server does not answer, except in one call at a time, which tries:
        otherwise the calls that wait would queue up behind one another.
        """
        if not self._failing:
            return Session(self, writes)
        if not self._probe.acquire(blocking=False):
            raise DatabaseUnusable(UNREACHABLE)
        try:
            session = Session(self, writes)
            try:
                session.send()
            except BaseException:
                session.close()
                raise
            self._failing = False
        finally:
            self._probe.release()
        return session

    @contextmanager
    def transaction(self, writes: bool) -> Iterator[Connection]:
        """A connection in a transaction, rolled back unless committed. Raises as `session` does."""
        session = self.session(writes)
        try:
            yield session.connection
        finally:
            session.close()

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

    def check(self) -> None:
        """Raise an exception of the driver, or `DatabaseUnusable`, when the database does not answer."""
        with self.transaction(False) as connection:
            connection.execute(text("SELECT 1"))

    def close(self) -> None:
        """Close all pooled connections."""
        self.trimmer.stop()
        self.engine.dispose()

    def connect(self) -> PoolProxiedConnection:
        """A connection of the pool."""
        try:
            return self.engine.raw_connection()
        except psycopg.errors.ConnectionTimeout:
            self._timed_out()
            raise

    def forget_connections(self, timeouts: int) -> None:
        """Close the connections of the pool, since one was found broken, and the others are probably broken too.

        Raises `DatabaseUnusable` when more than `timeouts` times the server did not answer in time, since it does not
        answer a new connection then.
        """
        self.engine.dispose()
        if self.timeouts > timeouts:
            raise DatabaseUnusable(UNREACHABLE)

    def _timed_out(self) -> None:
        self._failing = True
        self.timeouts += 1

    def _check_schema(self) -> None:
        """Raise `DatabaseUnusable` when the tables are of another program or of a newer version."""
        with self.transaction(False) as connection:
            revision = migrations.revision_of(connection)
            if revision is not None and revision not in migrations.known():
                raise DatabaseUnusable(
                    f"its schema is {revision!r}, of a newer cognito-emulator or of another program; "
                    f"this one knows those up to {migrations.HEAD!r}"
                )


def _wait_for_schema(connection: Connection) -> None:
    for _ in range(_MIGRATION_SECONDS * 10):
        if connection.execute(text("SELECT pg_try_advisory_xact_lock(:lock)"), {"lock": _SCHEMA_LOCK}).scalar():
            return
        time.sleep(0.1)
    raise DatabaseUnusable("another server is still migrating it; start this one again later")
