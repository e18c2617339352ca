"""Opening the data directory and the database: readable by the owner only, and locked by one server."""

from __future__ import annotations

import logging
import os
import socket
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from emulator import data_keys, leftovers, locks, shared_home
from emulator.data_errors import DataDirectoryError, explanation
from emulator.settings import Settings
from keys.entropy import Entropy
from keys.vault import Vault
from storage import sqlite
from storage.failures import DatabaseUnusable
from storage.server import Server
from storage.store import Store

__all__ = ["DataDirectoryError", "Home", "opened"]

log = logging.getLogger("cognito_emulator")
_NAME = leftovers.DATABASE
_SUFFIXES = ("", ".key", ".lock", "-wal", "-shm", "-journal")
"""The suffixes of our files, after the name of the database."""
WATCH_SECONDS = 5.0
"""The interval at which the watcher checks that the files still exist."""


@dataclass(frozen=True, slots=True)
class Home:
    """An open store, locked against other servers unless it is for several."""

    store: Store
    lock: locks.Lock | None

    def serves(self, url: str) -> None:
        """Write the URL into the lock file, for the error message of another server that finds the database locked."""
        if self.lock:
            self.lock.describe(f"{_process()}, at {url}")


@contextmanager
def opened(settings: Settings, entropy: Entropy) -> Iterator[Home]:
    """Open the store that the settings name, and close it at the end; delete it if ephemeral.

    `entropy` is for a new data key. Raises `DataDirectoryError` if the place cannot be used, or another server uses it.
    """
    if settings.ephemeral:
        with _temporary() as directory:
            yield from _home(directory / _NAME, entropy)
    elif isinstance(settings.database, Server):
        with shared_home.opened(settings, settings.database, entropy) as store:
            yield Home(store, None)
    else:
        yield from _home(settings.database or settings.data / _NAME, entropy, settings.key)


@contextmanager
def _temporary() -> Iterator[Path]:
    try:
        directory = tempfile.TemporaryDirectory(prefix=leftovers.PREFIX)
    except OSError as error:
        raise DataDirectoryError(f"cannot make a temporary directory: {explanation(error)}") from error
    with directory as path:
        leftovers.mark(Path(path))
        yield Path(path)


def _home(database: Path, entropy: Entropy, key: Path | None = None) -> Iterator[Home]:
    with ExitStack() as stack:
        try:
            home = _open(Path(os.path.realpath(database)), key, entropy, stack)
        except locks.Held as error:
            by = f" ({error.holder})" if error.holder else ""
            raise DataDirectoryError(f"cannot keep data at {database}: another cognito-emulator uses it{by}") from None
        except (OSError, DatabaseUnusable) as error:
            raise DataDirectoryError(f"cannot keep data at {database}: {explanation(error)}") from error
        yield home


def _open(database: Path, key: Path | None, entropy: Entropy, stack: ExitStack) -> Home:
    """Lock and open the database. Its other files lie beside `database`, a path without symbolic links."""
    _make_directory(database.parent)
    _check_writable(database)
    sqlite.check(database)
    lock = stack.enter_context(locks.held(_beside(database, ".lock")))
    lock.describe(_process())
    leftovers.sweep(database.parent)
    key = key or _beside(database, ".key")
    is_new = not (database.exists() and database.stat().st_size)
    store = Store(database, Vault(data_keys.read_or_make(key, entropy, is_new=lambda: is_new), entropy))
    stack.callback(store.close)
    for suffix in _SUFFIXES:
        _restrict(_beside(database, suffix), 0o600)
    stack.enter_context(_watched(database, key))
    return Home(store, lock)


@contextmanager
def reserved(database: Path) -> Iterator[None]:
    """Lock the place of a database that is about to be made there, so that no server opens it meanwhile.

    `database` is a path without symbolic links. Raises OSError, and `locks.Held` if a server has the place.
    """
    _make_directory(database.parent)
    _check_writable(database)
    with locks.held(_beside(database, ".lock")) as lock:
        lock.describe(_process())
        yield


def _process() -> str:
    return f"process {os.getpid()} on {socket.gethostname()}"


def _beside(database: Path, suffix: str) -> Path:
    return database.with_name(f"{database.name}{suffix}")


def _make_directory(directory: Path) -> None:
    """Create the directory with mode 0700. An existing directory gets that mode if it contains only our files."""
    if not directory.exists():
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    elif not directory.is_dir():
        raise OSError(f"{directory} is a file, not a directory")
    else:
        names = [path.name for path in directory.iterdir()]
        if _NAME in names and all(name.startswith(_NAME) for name in names):
            _restrict(directory, 0o700)


def _restrict(path: Path, mode: int) -> None:
    """Remove permissions beyond `mode` from a file. Does nothing to symbolic links and to files of other users."""
    with suppress(OSError):
        if not path.is_symlink() and path.stat().st_mode & 0o777 & ~mode:
            path.chmod(mode)


def _check_writable(database: Path) -> None:
    """Raise OSError when SQLite could not write the file, or could not create files beside it."""
    for path in (database, database.parent):
        if path.exists() and not os.access(path, os.W_OK):
            raise OSError(f"{path} is read-only")
    if database.exists() and not database.is_file():
        raise OSError("it is not a file")


@contextmanager
def _watched(*paths: Path) -> Iterator[None]:
    """Log an error, once a file, when one of the files is removed or replaced before the end of the context."""
    stopped = threading.Event()
    before = {path: path.stat() for path in paths}
    watcher = threading.Thread(target=_watch, args=[before, stopped], name="watcher", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        stopped.set()
        watcher.join()


def _watch(before: dict[Path, os.stat_result], stopped: threading.Event) -> None:
    while not stopped.wait(WATCH_SECONDS):
        for path in [path for path, status in before.items() if not _is_still(path, status)]:
            del before[path]
            log.error("%s was removed or replaced while the server runs: what it holds is lost when that ends", path)


def _is_still(path: Path, before: os.stat_result) -> bool:
    try:
        return os.path.samestat(path.stat(), before)
    except FileNotFoundError:
        return False
    except OSError:  # a failing disk does not mean that the file is gone
        return True
