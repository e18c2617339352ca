"""A lock file that one process holds, and that the system frees when the process ends, however it ends.

The file stays when the lock is released: removing it would let two processes hold "the" lock, one on each file.
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
"""The byte that is locked on Windows, where nobody else could read a locked one: far behind the text."""
_LONGEST = 1000
_TAKEN = {errno.EAGAIN, errno.EWOULDBLOCK, errno.EACCES, errno.EDEADLK}
_NOT_HERE = {errno.ENOSYS, errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOTSUP}
"""What a file system answers that has no locks."""


class Held(Exception):
    """Another holder has the lock. `holder` is the text that it wrote into the file, "" where it wrote none."""

    def __init__(self, holder: str) -> None:
        super().__init__(holder)
        self.holder = holder


class Lock:
    """A lock that this process holds."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def describe(self, text: str) -> None:
        """Write who holds the lock, for those who find it held: one line, if there is room on the disk."""
        with suppress(OSError):
            os.ftruncate(self._descriptor, 0)
            os.lseek(self._descriptor, 0, os.SEEK_SET)
            os.write(self._descriptor, text.encode()[:_LONGEST])


@contextmanager
def held(path: Path) -> Iterator[Lock]:
    """Hold the lock file at `path`, which is made with mode 0600 where there is none. Never waits.

    Raises `Held` where another process, or another part of this one, holds it. A child does not inherit the lock:
    Python opens files close-on-exec (PEP 446). Where the file system has no locks, a warning is logged instead.
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
