"""Opening the data directory and the database: readable by the owner only, and locked by one server."""

from __future__ import annotations

import os
import socket
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from pathlib import Path

from msgspec import Struct

from emulator import data_keys, leftovers, locks, shared_home
from emulator.data_errors import DataDirectoryError, explanation
from emulator.data_files import Files
from emulator.settings import Settings
from keys.entropy import Entropy
from keys.vault import Vault
from storage import sqlite
from storage.failures import DatabaseUnusable
from storage.server import Server
from storage.store import Store

__all__ = ["CA_CERTIFICATE", "CA_KEY", "Data", "DataDirectoryError", "Home", "kept", "opened"]

CA_CERTIFICATE = "ca.pem"
CA_KEY = "ca-key.pem"
"""The files of a local CA, for https."""
_NAME = leftovers.DATABASE
_SUFFIXES = ("", ".key", ".lock", ".queue", "-wal", "-shm", "-journal")
"""The suffixes of our files, after the name of the database."""


class Data(Struct):
    """The data of a server: locked against other servers, unless it is for several, and not open.

    `open` may be called in processes that are forked later. It opens the store, and closes it at the end of the
    context. It raises `DataDirectoryError` if the data cannot be used.
    """

    lock: locks.Lock | None
    open: Callable[[], AbstractContextManager[Store]]
    files: Files
    directory: Path
    """The data directory, which need not be that of the database, nor exist."""

    def serves(self, url: str) -> None:
        """Write the URL into the lock file, for the error message of another server that finds the database locked."""
        if self.lock:
            self.lock.describe(f"{_process()}, at {url}")


class Home(Struct, frozen=True):
    """An open store, and the data that is in it."""

    store: Store
    data: Data


@contextmanager
def opened(settings: Settings, entropy: Entropy) -> Iterator[Home]:
    """Open the store that the settings name, and close it at the end; delete it if ephemeral.

    `entropy` is for a new data key. Raises `DataDirectoryError` if the place cannot be used, or another server uses it.
    """
    with kept(settings, entropy) as data, data.open() as store, data.files.watched():
        yield Home(store, data)


@contextmanager
def kept(settings: Settings, entropy: Entropy) -> Iterator[Data]:
    """Lock the data that the settings name, and make its key if it is new; delete the data at the end if ephemeral.

    Raises `DataDirectoryError`, as `opened` does.
    """
    if settings.ephemeral:
        with _temporary() as directory, _locked(directory / _NAME, settings, entropy) as data:
            yield data
    elif isinstance(settings.database, Server):
        yield Data(None, shared_home.opening(settings, settings.database, entropy), Files(), settings.data)
    else:
        with _locked(settings.database or settings.data / _NAME, settings, entropy) as data:
            yield data


@contextmanager
def _temporary() -> Iterator[Path]:
    try:
        directory = tempfile.TemporaryDirectory(prefix=leftovers.PREFIX)
    except OSError as error:
        raise DataDirectoryError(f"cannot make a temporary directory: {explanation(error)}") from error
    with directory as path:
        leftovers.mark(Path(path))
        yield Path(path)


@contextmanager
def _locked(named: Path, settings: Settings, entropy: Entropy) -> Iterator[Data]:
    """Lock the database file, and read its key. Its other files lie beside it, where symbolic links lead."""
    database = Path(os.path.realpath(named))
    with ExitStack() as stack:
        with _explained(named):
            _make_directory(database.parent)
            _check_writable(database)
            sqlite.check(database)
            lock = stack.enter_context(locks.held(_beside(database, ".lock")))
            lock.describe(_process())
            leftovers.sweep(database.parent)
            key = settings.key or _beside(database, ".key")
            is_new = not (database.exists() and database.stat().st_size)
            durable = not settings.ephemeral
            vault = Vault(data_keys.read_or_make(key, entropy, is_new=lambda: is_new, durable=durable), entropy)
        files = Files(database, key)

        @contextmanager
        def opened() -> Iterator[Store]:
            with _explained(named):
                files.check()
                store = Store(database, vault, several=settings.several_processes, durable=durable)
            try:
                files.note()
                for suffix in _SUFFIXES:
                    _restrict(_beside(database, suffix), 0o600)
                yield store
            finally:
                store.close()

        yield Data(lock, opened, files, database.parent if settings.ephemeral else settings.data)


@contextmanager
def _explained(database: Path) -> Iterator[None]:
    """Raise `DataDirectoryError` in place of errors of the disk and the database."""
    try:
        yield
    except locks.Held as error:
        by = f" ({error.holder})" if error.holder else ""
        raise DataDirectoryError(f"cannot keep data at {database}: another cognito-emulator uses it{by}") from None
    except (OSError, DatabaseUnusable) as error:
        raise DataDirectoryError(f"cannot keep data at {database}: {explanation(error)}") from error


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
        if _NAME in names and all(name.startswith((_NAME, CA_CERTIFICATE, CA_KEY)) for name in names):
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
