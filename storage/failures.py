"""Failures of the disk, the database file and the database server, explained to the person who runs this server."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import exc
from sqlalchemy.exc import DBAPIError

from storage.postgresql import states

FULL = "the disk is full"
GONE = "its file was removed or replaced while the server runs; stop the server"
UNREACHABLE = states.UNREACHABLE
_DAMAGED = "it is damaged; restore it, with its key, from a copy"
_EXPLANATIONS = {
    sqlite3.SQLITE_FULL: FULL,
    sqlite3.SQLITE_IOERR_SHMSIZE: FULL,
    sqlite3.SQLITE_IOERR: "the disk cannot be read or written: it is over a quota, or fails",
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: _DAMAGED,
    sqlite3.SQLITE_READONLY_DBMOVED: GONE,
    sqlite3.SQLITE_READONLY: "it is read-only",
    sqlite3.SQLITE_PERM: "it is read-only",
    sqlite3.SQLITE_CANTOPEN: "its file, or one beside it, cannot be opened",
    sqlite3.SQLITE_BUSY: "another process keeps it locked",
    sqlite3.SQLITE_LOCKED: "another process keeps it locked",
}
"""By SQLite's result code; by the extended result code where that is more precise ("Result and Error Codes")."""


class DatabaseUnusable(Exception):
    """The database cannot be used. The text says why, to somebody who sees no traceback.

    `detail` is what the driver says, for the person who starts the server, never for callers.
    """

    def __init__(self, text: str, detail: str = "") -> None:
        super().__init__(text)
        self.detail = detail


class Contended(DatabaseUnusable):
    """The transaction was rolled back because of another one (a deadlock, for example), and may be run again."""

    def __init__(self) -> None:
        super().__init__("other calls were working on the same data")


def explanation(error: BaseException) -> str | None:
    """What is wrong with the disk or the database. None for any other error, which is a bug."""
    if isinstance(error, exc.TimeoutError):
        return "all its connections are in use"
    if isinstance(error, DBAPIError):
        error = error.orig or error
    if hasattr(error, "sqlstate"):  # an error of psycopg, which is imported only where it is used
        return states.explanation(error, error.sqlstate)
    if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return FULL
    if not isinstance(error, sqlite3.Error):
        return None
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return None
    return _EXPLANATIONS.get(code) or _EXPLANATIONS.get(code & 0xFF)


def is_of_database(error: BaseException) -> bool:
    """Whether an exception says that the database has failed, not what a unit of work has found."""
    return isinstance(error, DatabaseUnusable | exc.SQLAlchemyError | sqlite3.Error) or hasattr(error, "sqlstate")


@contextmanager
def translated() -> Iterator[None]:
    """Raise `DatabaseUnusable` in place of errors of the disk or the database. Other errors pass through."""
    try:
        yield
    except Exception as error:
        translate(error)
        raise


def translate(error: Exception) -> None:
    """Raise `DatabaseUnusable` if this is an error of the disk or the database."""
    if states.is_contended(getattr(getattr(error, "orig", error), "sqlstate", None)):
        raise Contended from error
    text = explanation(error)
    if text is not None:
        raise DatabaseUnusable(text, _detail(error)) from error


def _detail(error: BaseException) -> str:
    if isinstance(error, DBAPIError):
        error = error.orig or error
    is_connecting = hasattr(error, "sqlstate") and error.sqlstate in states.UNEXPLAINED
    return " ".join(str(error).split()) if is_connecting else ""
