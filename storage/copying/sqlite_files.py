"""Copying from a database file of SQLite, and making one.

A new database is made in a file beside its place, whose name ends in `.copy`, and renamed when it is complete.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, Engine, NullPool, Table, create_engine, event, select, text

from storage import sqlite
from storage.copying import schema
from storage.copying.files import Files, NewFiles
from storage.copying.rows import Block, Row, Source, Target, number_of
from storage.failures import DatabaseUnusable
from storage.tables.import_jobs import import_jobs

_SUFFIX = ".copy"
_LOGS = ("-wal", "-journal")
_PRAGMAS = ("journal_mode = OFF", "synchronous = OFF", "foreign_keys = ON", "cache_size = -32000")
"""The file is thrown away unless it becomes complete, so nothing is done for the case that it does not."""


@contextmanager
def reading(path: Path) -> Iterator[Source]:
    """A database file as of this moment. A server may serve it. Raises `DatabaseUnusable` and OSError."""
    if not path.exists():
        raise DatabaseUnusable("there is no such file")
    sqlite.check(path)
    if path.stat().st_size == 0:
        raise DatabaseUnusable("it is an empty file")
    with ExitStack() as stack:
        files = Files(path, stack)
        engine = sqlite.engine_for_reading(path)
        stack.callback(engine.dispose)
        connection = stack.enter_context(engine.connect())
        schema.check(connection)
        yield _Source(connection, files)


class _Source(Struct):
    connection: Connection
    files: Files

    def last_number(self, table: Table) -> int:
        """The last number that the table's key gave to a row, 0 if the database does not keep it."""
        if number_of(table) is None or not table.dialect_options["sqlite"]["autoincrement"]:
            return 0
        query = text("SELECT seq FROM sqlite_sequence WHERE name = :name")
        return int(self.connection.execute(query, {"name": table.name}).scalar() or 0)

    def blocks(self) -> Iterator[Block]:
        """The files of import jobs, each in the order of its bytes."""
        return self.files.blocks(self.connection)


def check_absent(path: Path) -> None:
    """Raise `DatabaseUnusable` if there is a database at a path, or a part of one."""
    if path.exists() and path.stat().st_size:
        raise DatabaseUnusable("it is not empty: there is a file already")
    for log in (path.with_name(f"{path.name}{suffix}") for suffix in _LOGS):
        if log.exists() and log.stat().st_size:
            raise DatabaseUnusable(f"there is {log}, of a database that is gone: SQLite would take it for this one's")


@contextmanager
def making(path: Path) -> Iterator[Target]:
    """A new database for `path`, where none is. The caller holds the lock of the place."""
    check_absent(path)
    draft = path.with_name(f"{path.name}{_SUFFIX}")
    files = NewFiles(draft)
    _discard(draft, files)
    try:
        os.close(os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        engine = _engine(draft)
        with engine.connect() as connection:
            schema.make(connection)
            yield _Target(connection, files, draft, path)
    finally:
        _discard(draft, files)


def _discard(draft: Path, files: NewFiles) -> None:
    draft.unlink(missing_ok=True)
    shutil.rmtree(files.directory, ignore_errors=True)


def _engine(path: Path) -> Engine:
    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(path, isolation_level=None)
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        return connection

    engine = create_engine("sqlite://", creator=connect, poolclass=NullPool, hide_parameters=True)
    event.listen(engine, "begin", lambda connection: connection.connection.driver_connection.execute("BEGIN"))
    return engine


class _Target:
    def __init__(self, connection: Connection, files: NewFiles, draft: Path, path: Path) -> None:
        self.connection = connection
        self._files = files
        self._draft = draft
        self._path = path
        self._pools: dict[str, str] = {}

    def insert(self, table: Table, rows: Sequence[Row]) -> None:
        """Insert rows, which have the values of all columns in their order."""
        driver: Any = self.connection.connection.driver_connection
        places = ", ".join("?" * len(table.columns))
        into = schema.with_columns(self.connection, table)
        driver.executemany(f"INSERT INTO {into} VALUES ({places})", rows)  # noqa: S608  # names of our own

    def add(self, block: Block) -> None:
        """Append a block to a file of an import job."""
        if block.job_id not in self._pools:
            query = select(import_jobs.c.pool_id).where(import_jobs.c.id == block.job_id)
            self._pools[block.job_id] = self.connection.execute(query).scalar_one()
        self._files.add(self._pools[block.job_id], block)

    def file_bytes(self) -> int:
        """The length of all files of import jobs."""
        return self._files.length()

    def number_on(self, table: Table, last: int) -> None:
        """Have the table's key give the numbers after `last`."""
        if not table.dialect_options["sqlite"]["autoincrement"]:
            return  # the next number is that after the greatest in the table
        values = {"name": table.name, "last": last}
        self.connection.execute(text("DELETE FROM sqlite_sequence WHERE name = :name"), values)
        self.connection.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :last)"), values)

    def complete(self) -> None:
        """Make the indexes."""
        schema.index(self.connection)

    def commit(self) -> None:
        """Rename the files to their names, the database last: without it the others are nothing to a server."""
        self.connection.commit()
        self.connection.close()
        check_absent(self._path)
        target = NewFiles(self._path).directory
        shutil.rmtree(target, ignore_errors=True)  # of a database that is gone: a server deletes them too
        if self._files.directory.exists():
            self._files.directory.rename(target)
        _sync(self._draft, os.O_RDWR)  # Windows writes no file to the disk that may only be read
        self._draft.rename(self._path)
        with suppress(OSError):  # not every system has directories that can be opened
            _sync(self._path.parent, os.O_RDONLY)


def _sync(path: Path, flags: int) -> None:
    descriptor = os.open(path, flags)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
