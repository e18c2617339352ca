"""The queue of the processes that write to one SQLite database. Imported only where there are several.

SQLite lets one process write at a time. The others look again after 1, 2, 5 … 100 milliseconds (its busy handler), so
that under load some wait for long although the database is often free. Here they wait for a lock in the kernel, which
wakes them at once, and frees the lock when a process is killed.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

_DOOR, _PLACE = 0, 1
"""The bytes of the file that are locked: to be the next, and to write.

The next one holds the door while it waits for the place. So a process that has written, and wants to write again at
once, comes after it: without the door it would be faster than the process that has to be woken, again and again.
"""


class Queue:
    """A context in which this process alone writes. One thread at a time enters it.

    The locks are those of a process (POSIX): no child has them, and nothing else opens the file.
    """

    def __init__(self, database: Path) -> None:
        """Use the file beside the database, made with mode 0600 if need be."""
        path = database.with_name(f"{database.name}.queue")
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)

    def __enter__(self) -> None:
        """Wait until no other process writes."""
        self._lock(_DOOR)
        try:
            self._lock(_PLACE)
        finally:
            self._unlock(_DOOR)

    def __exit__(self, *_: object) -> None:
        """Let the next process write."""
        self._unlock(_PLACE)

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)

    def _lock(self, byte: int) -> None:
        fcntl.lockf(self._file, fcntl.LOCK_EX, 1, byte)

    def _unlock(self, byte: int) -> None:
        fcntl.lockf(self._file, fcntl.LOCK_UN, 1, byte)
