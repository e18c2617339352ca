"""What ephemeral servers leave behind that were killed: directories with their data, and the key to it."""

from __future__ import annotations

import logging
import os
import shutil
import stat
from pathlib import Path

from emulator import locks

log = logging.getLogger("cognito_emulator")
PREFIX = "cognito-emulator-"
"""How the names of ephemeral directories begin."""
DATABASE = "cognito.sqlite3"
LOCK = f"{DATABASE}.lock"
"""What the server of a directory holds as long as it lives, from before there is a database."""
_MARK = "ephemeral"
"""A file that tells a directory of ours from one that somebody has named so with --data."""


def mark(mine: Path) -> None:
    """Say of a directory that it is to go with its server."""
    (mine / _MARK).touch()


def sweep(mine: Path) -> None:
    """Remove the ephemeral directories beside `mine` whose servers are gone; nothing unless `mine` is one, and held.

    Those of other users, and those that are locked, are left alone; where the file system has no locks, all are.
    """
    if not (mine / _MARK).is_file() or not _is_held(mine):
        return
    for directory in mine.parent.glob(f"{PREFIX}*"):
        if directory != mine and _is_whole(directory):
            _remove(directory)


def _is_held(directory: Path) -> bool:
    try:
        with locks.held(directory / LOCK):
            return False
    except locks.Held:
        return True


def _is_whole(directory: Path) -> bool:
    """Whether this is a directory of this user, not a link to one, in which a server had begun."""
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
