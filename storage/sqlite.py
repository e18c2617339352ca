"""SQLite: creating database files, checking them before use, and connecting to them."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import URL, ColumnElement, Connection, Double, Engine, create_engine, event, literal_column
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.pool import NullPool

from storage import migrations
from storage.failures import GONE, DatabaseUnusable, translated
from storage.sqlite_session import Kept, Session

if TYPE_CHECKING:
    from storage.queue import Queue

_PATIENCE = 30
"""Seconds to wait for write locks that other processes hold."""
_PRAGMAS = (
    f"PRAGMA busy_timeout = {_PATIENCE * 1000}",
    "PRAGMA foreign_keys = ON",
    "PRAGMA cache_size = -16000",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA synchronous = NORMAL",
)
_KEPT = 32
"""How many connections are kept at most while they are not in use."""
_AT_ONCE = nullcontext()
_BEGINNING = b"SQLite format 3\0"  # of every SQLite database (sqlite.org, "Database File Format")
_LOG_BEGINNINGS = {b"", b"\0\0\0\0", b"\x37\x7f\x06\x82", b"\x37\x7f\x06\x83"}
"""The first bytes of a valid write-ahead log. A power failure may leave zeroes, before anything was committed to it."""
_CHECKED_BYTES = 32 * 1024 * 1024
"""The largest database that is checked completely at every start, which takes a tenth of a second."""


class SQLite:
    """A database file. Units of work that write run one after the other."""

    is_serial = True
    now: ColumnElement[float] = literal_column("((julianday('now') - 2440587.5) * 86400.0)", Double)
    drawn: ColumnElement[int] = literal_column("random()")
    insert = staticmethod(insert)

    def __init__(self, path: Path, queue: Queue | None = None, *, durable: bool = True) -> None:
        """Open the database file. `queue` is where the writers of this process wait for those of other processes."""
        self.engine = engine_for(path, durable=durable)
        self._writing = threading.Lock()
        self._queue = queue or _AT_ONCE
        self._idle: list[Kept] = []

    def begin(self, writes: bool) -> Kept:
        """A connection in a transaction, to be passed to `end`. Writers queue here."""
        if writes:
            self._take_turn()
        try:
            kept = self._connected()
        except BaseException:
            self._pass_turn(writes)
            raise
        try:
            kept.driver.execute("BEGIN IMMEDIATE" if writes else "BEGIN")
        except BaseException:
            self.end(kept, writes)
            raise
        return kept

    def end(self, kept: Kept, writes: bool) -> None:
        """Roll back what was not committed, and release the connection of `begin`."""
        try:
            self._release(kept)
        finally:
            self._pass_turn(writes)

    @contextmanager
    def transaction(self, writes: bool) -> Iterator[Connection]:
        """A connection in a transaction, rolled back unless committed."""
        kept = self.begin(writes)
        try:
            yield kept.connection
        finally:
            self.end(kept, writes)

    def session(self, writes: bool) -> Session:
        """A transaction for a unit of work."""
        return Session(self, writes)

    @contextmanager
    def exclusively(self) -> Iterator[Connection]:
        """A transaction in which no other process creates or migrates the schema."""
        with self.transaction(True) as connection:
            yield connection

    def check(self) -> None:
        """Do nothing: whether the file can be used shows in the calls."""

    def close(self) -> None:
        """Close all connections that are not in use."""
        while self._idle:
            self._idle.pop().connection.close()
        self.engine.dispose()
        if not isinstance(self._queue, nullcontext):
            self._queue.close()

    def _take_turn(self) -> None:
        """Wait until no other unit writes, in this process and in others."""
        self._writing.acquire()
        try:
            self._queue.__enter__()
        except BaseException:
            self._writing.release()
            raise

    def _pass_turn(self, writes: bool) -> None:
        if writes:
            self._queue.__exit__(None, None, None)
            self._writing.release()

    def _connected(self) -> Kept:
        try:
            return self._idle.pop()  # the one that was used last: its pages are cached
        except IndexError:
            connection = self.engine.connect()
            return Kept(connection, _driver(connection))

    def _release(self, kept: Kept) -> None:
        """Roll back what was not committed, and keep the connection for the next transaction."""
        connection = kept.connection
        try:
            if connection.in_transaction():
                connection.rollback()
            else:
                kept.driver.rollback()
        except BaseException:
            connection.close()
            raise
        if connection.invalidated or len(self._idle) >= _KEPT:
            connection.close()
        else:
            self._idle.append(kept)


def _driver(connection: Connection) -> Any:
    return connection.connection.driver_connection


def engine_for(path: Path, *, durable: bool = True) -> Engine:
    """The engine of the database file at `path`. A missing file is created with mode 0600.

    Unless `durable`, nothing waits for the disk: what is stored outlives the process, but not the machine.

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
        if not durable:
            connection.execute("PRAGMA synchronous = OFF")  # first: the switch to WAL waits for the disk
        _enter_wal(connection)
        for pragma in _PRAGMAS if durable else _PRAGMAS[:-1]:
            connection.execute(pragma)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        driver = _driver(connection)
        if not driver.in_transaction:  # `SQLite.transaction` has begun it already
            writes = connection.get_execution_options().get("writes")
            driver.execute("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def engine_for_reading(path: Path) -> Engine:
    """The engine of an existing database file, which is read only, also while a server has it open."""
    uri = _uri(path, "rw") if _is_writable(path) else _read_only(path)  # "ro" leaves files beside the database

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(uri, uri=True, timeout=_PATIENCE, isolation_level=None)
        connection.execute("PRAGMA query_only = ON")
        return connection

    engine = create_engine("sqlite://", creator=connect, poolclass=NullPool, hide_parameters=True)
    event.listen(engine, "begin", lambda connection: connection.connection.driver_connection.execute("BEGIN"))
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
    with closing(sqlite3.connect(_read_only(path), uri=True, timeout=_PATIENCE)) as connection:
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


def _read_only(path: Path) -> str:
    """The URI to read a database. On a medium that is read-only, the file is opened as one that nobody changes.

    There is no room then for the files that SQLite makes beside a database in WAL mode.
    """
    log = path.with_name(f"{path.name}-wal")
    has_log = log.exists() and log.stat().st_size > 0
    return _uri(path, "ro") + ("" if _is_writable(path) or has_log else "&immutable=1")


def _is_writable(path: Path) -> bool:
    return os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)


def _uri(path: Path, mode: str) -> str:
    return f"{path.absolute().as_uri()}?mode={mode}"


def _enter_wal(connection: sqlite3.Connection) -> None:
    """Switch to WAL mode. Retries, since SQLite does not wait when two processes switch at the same time."""
    connection.execute("PRAGMA busy_timeout = 0")
    for _ in range(_PATIENCE * 100):
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise
            time.sleep(0.01)
        else:
            return
    raise DatabaseUnusable("another process keeps it locked")
