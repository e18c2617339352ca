"""Failures of the disk and the database file, explained to the person who runs the server."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError

FULL = "the disk is full"
GONE = "its file was removed or replaced while the server runs; stop the server"
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
    """The database cannot be used. The text says why, to somebody who sees no traceback."""


def explanation(error: BaseException) -> str | None:
    """What is wrong with the disk or the database file. None for any other error, which is a bug."""
    if isinstance(error, DBAPIError):
        error = error.orig or error
    if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return FULL
    if not isinstance(error, sqlite3.Error):
        return None
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return None
    return _EXPLANATIONS.get(code) or _EXPLANATIONS.get(code & 0xFF)


@contextmanager
def translated() -> Iterator[None]:
    """Raise `DatabaseUnusable` in place of errors of the disk or the database file. Other errors pass through."""
    try:
        yield
    except Exception as error:
        text = explanation(error)
        if text is None:
            raise
        raise DatabaseUnusable(text) from error
