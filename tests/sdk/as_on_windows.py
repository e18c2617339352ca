"""Run the server with what Linux can show of Windows. Its arguments are those of `cognito-emulator`.

The modules and functions that Windows lacks are gone, and an open file can neither be renamed nor deleted. Libraries
are imported before that: they know Windows themselves.
"""

from __future__ import annotations

import asyncio
import errno
import fcntl
import importlib
import os
import select
import shutil
import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn

_LIBRARIES = """
    alembic.command alembic.config alembic.runtime.migration bcrypt concurrent.futures.thread ctypes
    cryptography.hazmat.primitives.asymmetric.rsa flask
    flask.json.provider hashlib http.client httptools jinja2 jwt logging.handlers mmap msgspec multiprocessing platform
    selectors shutil sqlalchemy.dialects.sqlite ssl subprocess tempfile urllib.request uuid uvicorn
    uvicorn.protocols.http.httptools_impl uvicorn.loops.asyncio uvicorn.lifespan.off webauthn werkzeug yaml
"""
_NO_MODULES = "fcntl grp posix_ipc pty pwd resource syslog termios"
_NO_FUNCTIONS: dict[ModuleType, str] = {
    os: """
        WNOHANG O_CLOEXEC O_DIRECTORY O_NOFOLLOW O_NONBLOCK chown fchdir fchown fork forkpty getegid geteuid getgid
        getpgid getpgrp getpriority getuid killpg lchown mkfifo nice openpty pread pwrite register_at_fork
        sched_getaffinity sched_setaffinity sched_yield sendfile set_blocking setpgid setpriority setsid setuid statvfs
        sysconf uname wait wait3 wait4
    """,
    select: "epoll poll",
    signal: """
        SIGALRM SIGCHLD SIGHUP SIGKILL SIGQUIT SIGUSR1 SIGUSR2 SIG_BLOCK SIG_SETMASK pthread_kill pthread_sigmask
        setitimer sigwait
    """,
    socket: "SO_REUSEPORT",
}
"""By their modules."""


class ProactorEventLoop(asyncio.SelectorEventLoop):
    """The event loop of Windows watches no descriptors and handles no signals."""

    def _refuse(self, *_: Any) -> NoReturn:
        raise NotImplementedError

    add_reader: Any = _refuse
    add_writer: Any = _refuse
    add_signal_handler: Any = _refuse


def main() -> NoReturn:
    for name in _LIBRARIES.split():
        importlib.import_module(name)
    asyncio.new_event_loop().close()  # which imports what it needs
    asyncio.ProactorEventLoop = ProactorEventLoop  # type: ignore[attr-defined]
    sys.modules["msvcrt"] = _msvcrt(fcntl.flock)
    setattr(os, "fsync", _unless_read_only(os.fsync, fcntl.fcntl))  # noqa: B010
    shutil._use_fd_functions = False  # type: ignore[attr-defined]
    for name in _NO_MODULES.split():
        sys.modules[name] = None  # type: ignore[assignment]
    for module, names in _NO_FUNCTIONS.items():
        for name in names.split():
            if hasattr(module, name):
                delattr(module, name)
    for name in ("remove", "rename", "replace", "unlink"):
        setattr(os, name, _unless_open(getattr(os, name)))
    sys.platform = "win32"
    from cognito_emulator.launcher import main as launch

    sys.exit(launch())


def _msvcrt(flock: Callable[[int, int], None]) -> ModuleType:
    """The module that locks bytes of files, here by the locks that other servers look at."""
    module: Any = ModuleType("msvcrt")
    module.LK_NBLCK = fcntl.LOCK_EX | fcntl.LOCK_NB
    module.locking = lambda descriptor, mode, _size: flock(descriptor, mode)
    return module  # type: ignore[no-any-return]


def _unless_read_only(fsync: Callable[[int], None], control: Callable[..., int]) -> Callable[[int], None]:
    """`os.fsync`, for descriptors that may be written (FlushFileBuffers)."""

    def checked(descriptor: int) -> None:
        if control(descriptor, fcntl.F_GETFL) & os.O_ACCMODE == os.O_RDONLY:
            raise OSError(errno.EBADF, "Bad file descriptor")
        fsync(descriptor)

    return checked


def _unless_open(function: Callable[..., None]) -> Callable[..., None]:
    """A function that renames or deletes, for files that this process does not have open."""

    def checked(path: Any, *others: Any, **more: Any) -> None:
        full = os.path.realpath(path)
        if any(_target(descriptor) == full for descriptor in Path("/proc/self/fd").iterdir()):
            raise PermissionError(errno.EACCES, "The process cannot access the file", str(path))
        function(path, *others, **more)

    return checked


def _target(descriptor: Path) -> str:
    try:
        return str(descriptor.readlink())
    except FileNotFoundError:  # closed meanwhile
        return ""


if __name__ == "__main__":
    main()
