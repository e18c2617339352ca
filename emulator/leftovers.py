"""Removal of the data directories (database and key) of ephemeral servers that were killed."""

from __future__ import annotations

import logging
import os
import shutil
import stat
from pathlib import Path

from emulator import locks

log = logging.getLogger("cognito_emulator")
PREFIX = "cognito-emulator-"
"""Prefix of the names of ephemeral data directories."""
DATABASE = "cognito.sqlite3"
LOCK = f"{DATABASE}.lock"
"""The lock file, which the server of a directory holds as long as it runs, from before it creates the database."""
_MARK = "ephemeral"
"""A file that marks a directory as ephemeral; one given with `--data` may have the same prefix."""


def mark(directory: Path) -> None:
    """Mark a directory as ephemeral."""
    (directory / _MARK).touch()


def sweep(mine: Path) -> None:
    """Remove the ephemeral directories beside `mine` whose servers no longer run.

    `mine` is the directory of this server. If it is not ephemeral, or not locked (the file system may not support
    locks), nothing is removed. Directories of other system users stay.
    """
    if not (mine / _MARK).is_file() or not _is_held(mine):
        return
    for directory in mine.parent.glob(f"{PREFIX}*"):
        if directory != mine and _is_whole(directory):
            _remove(directory)


def _is_held(directory: Path) -> bool:
    """Whether a server holds the lock of a directory."""
    try:
        with locks.held(directory / LOCK):
            return False
    except locks.Held:
        return True


def _is_whole(directory: Path) -> bool:
    """Whether this is a complete ephemeral directory of this system user, and not a symbolic link."""
    try:
        found = directory.lstat()
    except OSError:
        return False
    ours = not hasattr(os, "getuid") or found.st_uid == os.getuid()
    return (
        stat.S_ISDIR(found.st_mode) and ours and all((directory / name).is_file() for name in (LOCK, DATABASE, _MARK))
    )


def _remove(directory: Path) -> None:
    try:
        with locks.held(directory / LOCK):
            shutil.rmtree(directory, ignore_errors=True)
    except (locks.Held, OSError):
        return
    log.info("removed %s, which a server that was killed had left behind", directory)
