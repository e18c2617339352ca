"""Lock files (flock). The system releases the lock when the process ends, even if it is killed.

A lock file is never removed: if it were, two processes could hold the lock, one of the old file and one of the new.
"""

from __future__ import annotations

import errno
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

log = logging.getLogger("cognito_emulator.locks")

_BYTE = 1 << 30
"""The byte that is locked on Windows. Other processes cannot read a locked byte, so it lies far behind the text."""
_LONGEST = 1000
_TAKEN = {errno.EAGAIN, errno.EWOULDBLOCK, errno.EACCES, errno.EDEADLK}
_NOT_HERE = {errno.ENOSYS, errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOTSUP}
"""Errors of file systems that do not support locks."""


class Held(Exception):
    """Another holder has the lock. `holder` is the text that it wrote to the file, "" if it wrote none."""

    def __init__(self, holder: str) -> None:
        super().__init__(holder)
        self.holder = holder


class Lock:
    """A lock held by this process."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def describe(self, text: str) -> None:
        """Write a line about the holder to the file, for `Held`. A failure, such as a full disk, is ignored."""
        with suppress(OSError):
            os.ftruncate(self._descriptor, 0)
            os.lseek(self._descriptor, 0, os.SEEK_SET)
            os.write(self._descriptor, text.encode()[:_LONGEST])


@contextmanager
def held(path: Path) -> Iterator[Lock]:
    """Hold the lock of the file at `path`, which is created with mode 0600 if it does not exist. Never waits.

    Raises Held if another process, or this one, already holds the lock. Child processes do not inherit the lock: Python
    opens files close-on-exec (PEP 446). If the file system does not support locks, a warning is logged instead.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
    try:
        try:
            _lock(descriptor)
        except OSError as error:
            if error.errno in _TAKEN:
                os.lseek(descriptor, 0, os.SEEK_SET)
                raise Held(os.read(descriptor, _LONGEST).decode(errors="replace")) from None
            if error.errno not in _NOT_HERE:
                raise
            log.warning("%s cannot be locked (%s): see to it that one server uses it", path, error.strerror)
        yield Lock(descriptor)
    finally:
        os.close(descriptor)


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        os.lseek(descriptor, _BYTE, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
