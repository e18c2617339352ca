"""Connections to a PostgreSQL server: how they are made, how long they wait, and how many stay open."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, cast

import psycopg
from sqlalchemy import URL, Engine, create_engine, event, make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import QueuePool

from storage.failures import DatabaseUnusable
from storage.postgresql.driver import LimitedConnection, Pooler
from storage.server import Server

_CONNECT_SECONDS = 4
"""The time in which a server must accept a connection."""
_MARGIN = 2
"""Seconds by which this side waits longer for an answer than the server works on it."""
_TRIM_SECONDS = 5.0
_STOP_SECONDS = 1.0
_POOL_SECONDS = 5
"""The time for which a call waits for one of the connections."""
_PARAMETERS = {
    "application_name": "cognito-emulator",
    "connect_timeout": str(_CONNECT_SECONDS),
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "2",
    "target_session_attrs": "read-write",
}
"""Parameters of libpq (PostgreSQL's documentation, "Parameter Key Words"), unless the URL has them."""
_SEVERAL = {"host", "port"}
"""Options that SQLAlchemy joins where the URL has several: a primary and standbys."""
_FIXED = {"client_encoding": "utf8"}
"""Parameters that the URL cannot change: the driver sends statements in this encoding."""


def engine_for(server: Server, timed_out: Callable[[], None]) -> Engine:
    """The engine of a database, with a pool of at most `server.connections` connections.

    Connects with autocommit, since `Session` sends BEGIN itself, and behind a pooler the limits of time, too:
    they would not stay with the connection. `timed_out` is called when the server does not answer a statement in time.
    Raises `DatabaseUnusable` for options of the URL that libpq cannot use.
    """
    url = make_url(server.url)
    _check_options(url)
    pooler = Pooler()

    def connect() -> LimitedConnection:
        parameters = engine.dialect.create_connect_args(url)[1]
        try:
            connection = LimitedConnection.connect(**{**_PARAMETERS, **parameters, **_FIXED}, autocommit=True)
        except psycopg.ProgrammingError as error:
            if error.sqlstate:
                raise
            raise DatabaseUnusable("an option of its URL is wrong", str(error)) from error
        connection.timed_out = timed_out
        connection.patience = server.patience + _MARGIN
        if _is_direct(connection):
            connection.execute("; ".join(f"SET {limit}" for limit in server.limits), prepare=False)
        else:
            connection.pooler = pooler
            connection.prepare_threshold = None
        return connection

    engine = create_engine(
        url,
        creator=connect,
        poolclass=QueuePool,
        pool_size=server.connections,
        max_overflow=0,
        pool_timeout=_POOL_SECONDS,
        pool_use_lifo=True,
        use_native_hstore=False,
        hide_parameters=True,  # errors go to the log, where no digest and no address belongs
    )

    @event.listens_for(engine, "first_connect")
    def check_encoding(connection: LimitedConnection, _record: Any) -> None:
        encoding = connection.info.parameter_status("server_encoding")
        if encoding != "UTF8":
            raise DatabaseUnusable(f"its encoding is {encoding}, and must be UTF8")

    return engine


def _is_direct(connection: LimitedConnection) -> bool:
    """Whether the server itself answers. A pooler makes up the process id that it tells a client (PgBouncer does)."""
    return connection.execute("SELECT pg_backend_pid()", prepare=False).fetchone() == (connection.info.backend_pid,)


def _check_options(url: URL) -> None:
    """Raise `DatabaseUnusable` for options that libpq does not have, or that are given twice.

    SQLAlchemy and the driver take options of their own, which configure Python objects.
    """
    known = {option.keyword.decode() for option in psycopg.pq.Conninfo.get_defaults()}
    if unknown := sorted(set(url.query) - known):
        raise DatabaseUnusable(f"libpq has no option {', '.join(unknown)}, which its URL has")
    twice = [name for name, value in url.query.items() if not isinstance(value, str) and name not in _SEVERAL]
    if twice:
        raise DatabaseUnusable(f"its URL has the option {', '.join(sorted(twice))} more than once")


class Trimmer:
    """Closes connections that are not needed any more, so that a server at rest keeps few."""

    def __init__(self, engine: Engine, resting: int) -> None:
        self._engine = engine
        self._resting = resting
        self._stopped = threading.Event()
        self._most = 0
        event.listen(engine, "checkout", self._note)
        self._thread = threading.Thread(target=self._run, name="connections", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread, and wait briefly for its end: the process may be about to fork."""
        self._stopped.set()
        self._thread.join(_STOP_SECONDS)

    def trim(self) -> None:
        """Close all connections, if there are more than `resting` and no more were in use since the last time.

        One is made anew, unless none is to rest and none was in use. One in use at a time is kept in any case.
        """
        pool = self._pool
        most, self._most = self._most, pool.checkedout()
        kept = max(self._resting, min(most, 1))
        if most <= kept < pool.checkedin() + pool.checkedout():
            self._engine.dispose()
            if kept:
                with suppress(SQLAlchemyError), self._engine.connect():
                    pass

    def _run(self) -> None:
        while not self._stopped.wait(_TRIM_SECONDS):
            self.trim()

    def _note(self, *_: object) -> None:
        self._most = max(self._most, self._pool.checkedout())

    @property
    def _pool(self) -> QueuePool:
        """The pool of the engine, which makes another one when its connections broke."""
        return cast("QueuePool", self._engine.pool)
