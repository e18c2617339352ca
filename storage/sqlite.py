"""SQLite: creating database files, checking them before use, and connecting to them."""

from __future__ import annotations

import os
import re
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, Executable, NullPool, create_engine, event
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.exc import IntegrityError

from storage import migrations
from storage.failures import GONE, DatabaseUnusable, translated
from storage.prepared import PreparedWrite, Result

_PATIENCE = 30
"""Seconds to wait for write locks that other processes hold."""
_PRAGMAS = (
    f"PRAGMA busy_timeout = {_PATIENCE * 1000}",
    "PRAGMA synchronous = NORMAL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA cache_size = -16000",
    "PRAGMA temp_store = MEMORY",
)
_KEPT = 32
"""How many connections are kept at most while they are not in use."""
_AT_ONCE = nullcontext()
_BEGINNING = b"SQLite format 3\0"
"""The first bytes of every SQLite database (sqlite.org, "Database File Format")."""
_LOG_BEGINNINGS = {b"", b"\0\0\0\0", b"\x37\x7f\x06\x82", b"\x37\x7f\x06\x83"}
"""The first bytes of a valid write-ahead log. A power failure may leave zeroes, before anything was committed to it."""
_CHECKED_BYTES = 32 * 1024 * 1024
"""The largest database that is checked completely at every start, which takes a tenth of a second."""


class SQLite:
    """A database file. Units of work that write run one after the other."""

    is_serial = True
    insert = staticmethod(insert)

    def __init__(self, path: Path) -> None:
        self.engine = engine_for(path)
        self._writing = threading.Lock()
        self._idle: list[Connection] = []

    @contextmanager
    def transaction(self, writes: bool) -> Iterator[Connection]:
        """A connection in a transaction, rolled back unless committed. Writers of this process queue here.

        Connections are kept with SQLAlchemy's object around them: its own pool takes 30 µs a transaction, this 3.
        """
        with self._writing if writes else _AT_ONCE:
            connection = self._connected()
            try:
                _driver(connection).execute("BEGIN IMMEDIATE" if writes else "BEGIN")
                yield connection
            finally:
                self._release(connection)

    @contextmanager
    def exclusively(self) -> Iterator[Connection]:
        """A transaction in which no other process creates or migrates the schema."""
        with self.transaction(True) as connection:
            yield connection

    def lock(self, connection: Connection, *name: object) -> None:
        """Do nothing: the transactions of writing units run one after the other."""

    def check(self) -> None:
        """Do nothing: whether the file can be used shows in the calls."""

    def write(self, connection: Connection, statement: Executable | PreparedWrite, parameters: Any) -> Result:
        """Run an INSERT, UPDATE or DELETE. Raises IntegrityError."""
        if not isinstance(statement, PreparedWrite):
            return connection.execute(statement, parameters)
        if self.engine.dispatch.before_cursor_execute:  # who listens to SQLAlchemy's statements hears this one too
            return connection.execute(statement.statement, parameters)
        return statement.run(connection, parameters)

    def commit(self, connection: Connection) -> None:
        """Commit the transaction, whether SQLAlchemy knows of it, or only the driver has run its statements."""
        if connection.in_transaction():
            connection.commit()
        else:
            _driver(connection).commit()

    def unique_key(self, error: IntegrityError) -> tuple[str, tuple[str, ...]] | None:
        """The table and columns of the unique constraint that failed, None if another kind of constraint failed."""
        found = re.search(r"UNIQUE constraint failed: (.+)$", str(error.orig))
        if not found:
            return None
        columns = [column.strip().split(".") for column in found[1].split(",")]
        return columns[0][0], tuple(column[-1] for column in columns)

    def is_foreign_key(self, error: IntegrityError) -> bool:
        """Whether a foreign key constraint failed."""
        return "FOREIGN KEY constraint failed" in str(error.orig)

    def close(self) -> None:
        """Close all connections that are not in use."""
        while self._idle:
            self._idle.pop().close()
        self.engine.dispose()

    def _connected(self) -> Connection:
        try:
            return self._idle.pop()  # the one that was used last: its pages are cached
        except IndexError:
            return self.engine.connect()

    def _release(self, connection: Connection) -> None:
        """Roll back what was not committed, and keep the connection for the next transaction."""
        try:
            if connection.in_transaction():
                connection.rollback()
            else:
                _driver(connection).rollback()
        except BaseException:
            connection.close()
            raise
        if connection.invalidated or len(self._idle) >= _KEPT:
            connection.close()
        else:
            self._idle.append(connection)


def _driver(connection: Connection) -> Any:
    return connection.connection.driver_connection


def engine_for(path: Path) -> Engine:
    """The engine of the database file at `path`. A missing file is created with mode 0600.

    SQLite gives its `-wal` and `-shm` files the mode of the database. Connecting raises `DatabaseUnusable` when the
    file was removed or replaced since, so that no connection is to another file.
    """
    path = path.absolute()
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    file = path.stat()

    def connect() -> sqlite3.Connection:
        if not path.exists() or not os.path.samestat(path.stat(), file):
            raise DatabaseUnusable(GONE)
        return sqlite3.connect(_uri(path, "rw"), uri=True, check_same_thread=False)

    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        creator=connect,
        poolclass=NullPool,  # `SQLite` keeps connections itself
        hide_parameters=True,  # errors go to the log, where no digest and no address belongs
    )

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        _enter_wal(cursor)
        for pragma in _PRAGMAS:
            cursor.execute(pragma)
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        driver = _driver(connection)
        if not driver.in_transaction:  # `SQLite.transaction` has begun it already
            writes = connection.get_execution_options().get("writes")
            driver.execute("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


@translated()
def check(path: Path) -> None:
    """Check a database file before it is opened, without changing the file.

    Raises `DatabaseUnusable` when the file is of another program, of a newer version, or damaged.
    """
    if not path.exists():
        return
    if not path.is_file():
        raise DatabaseUnusable("it is not a file")
    size, names = path.stat().st_size, path.stat().st_nlink
    if names > 1:  # sqlite.org, "How To Corrupt An SQLite Database File", 2.5
        raise DatabaseUnusable(
            f"it has {names} names (hard links), each of which would get a write-ahead log; leave it one"
        )
    log = path.with_name(f"{path.name}-wal")
    _check_log(log, size)
    if size == 0:
        return
    with path.open("rb") as file:
        if file.read(len(_BEGINNING)) != _BEGINNING:
            raise DatabaseUnusable("it is not an SQLite database")
    with closing(sqlite3.connect(_uri(path, "ro"), uri=True, timeout=_PATIENCE)) as connection:
        if size <= _CHECKED_BYTES:
            [found] = connection.execute("PRAGMA quick_check(1)").fetchone()
            if found != "ok":
                raise DatabaseUnusable(
                    f"it is damaged ({' '.join(found.split())}); restore it, with its key, from a copy"
                )
        _check_schema(connection)


def _check_log(log: Path, size: int) -> None:
    """Refuse logs that SQLite would silently ignore: an unreadable log, and a log beside an empty database."""
    if not log.is_file():
        return
    with log.open("rb") as file:
        beginning = file.read(4)
    if beginning not in _LOG_BEGINNINGS:
        raise DatabaseUnusable(f"its write-ahead log {log} is damaged; without it, what was written last is lost")
    if size == 0 and beginning.strip(b"\0"):
        raise DatabaseUnusable(f"it is empty, and its write-ahead log {log} is not: it was cut off")


def _check_schema(connection: sqlite3.Connection) -> None:
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    ours = "user_pools" in tables
    found = connection.execute("SELECT version_num FROM alembic_version") if "alembic_version" in tables else ()
    revisions = [str(revision) for (revision,) in found]
    if tables - {"alembic_version"} and not (ours and revisions):
        raise DatabaseUnusable("it belongs to another program")
    for revision in revisions:
        if revision not in migrations.known():
            newest = migrations.HEAD
            raise DatabaseUnusable(
                f"its schema is {revision!r}, of a newer cognito-emulator; this one knows those up to {newest!r}"
            )


def _uri(path: Path, mode: str) -> str:
    return f"{path.absolute().as_uri()}?mode={mode}"


def _enter_wal(cursor: sqlite3.Cursor) -> None:
    """Switch to WAL mode. Retries, since SQLite does not wait when two processes switch at the same time."""
    cursor.execute("PRAGMA busy_timeout = 0")
    for _ in range(_PATIENCE * 100):
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise
            time.sleep(0.01)
        else:
            return
    raise DatabaseUnusable("another process keeps it locked")
