"""Why a database cannot be used, in words for whoever runs the server."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError

FULL = "the disk is full"
GONE = "its file was removed or replaced while the server runs; stop the server"
_DAMAGED = "it is damaged; restore it, with its key, from a copy"
_WORDS = {
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
"""SQLite's result codes, extended ones where they say more (sqlite.org, "Result and Error Codes")."""


class Unusable(Exception):
    """The database cannot be used. The text says why, without a traceback's help."""


def words(error: BaseException) -> str | None:
    """What went wrong with the disk or the database file; None for any other error, which is a mistake of ours."""
    if isinstance(error, DBAPIError):
        error = error.orig or error
    if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return FULL
    if not isinstance(error, sqlite3.Error):
        return None
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return None
    return _WORDS.get(code) or _WORDS.get(code & 0xFF)


@contextmanager
def in_words() -> Iterator[None]:
    """Turn what went wrong with the disk or the database file into `Unusable`."""
    try:
        yield
    except Exception as error:
        told = words(error)
        if told is None:
            raise
        raise Unusable(told) from error
