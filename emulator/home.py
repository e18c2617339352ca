"""Where the data lives: the directory, the database file and the key beside it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from emulator.settings import Settings
from keys import vault
from keys.entropy import Entropy
from keys.vault import Vault
from storage.store import Store

_SQLITE = b"SQLite format 3\0"
"""How every SQLite database begins (sqlite.org, "Database File Format")."""


class HomeError(OSError):
    """The data cannot be kept where the settings say; the text says why."""


@contextmanager
def opened(settings: Settings, entropy: Entropy) -> Iterator[Store]:
    """The store that the settings name; an ephemeral one goes when the context ends. Raises `HomeError`."""
    if settings.ephemeral:
        with tempfile.TemporaryDirectory(prefix="cognito-emulator-") as directory:
            yield from _store(Path(directory) / "cognito.sqlite3", entropy)
    else:
        yield from _store(settings.database or settings.data / "cognito.sqlite3", entropy)


def _store(database: Path, entropy: Entropy) -> Iterator[Store]:
    try:
        database.parent.mkdir(parents=True, exist_ok=True)
        key = _key(database.with_name(database.name + ".key"), database, entropy)
        _check_writable(database)
        store = Store(database, Vault(key, entropy))
    except OSError as error:
        raise HomeError(f"cannot keep data at {database}: {error.strerror or error}") from error
    try:
        yield store
    finally:
        store.close()


def _key(path: Path, database: Path, entropy: Entropy) -> bytes:
    """The data key, made at the first start with mode 0600. A database whose key is gone is refused."""
    if not path.exists():
        if database.exists() and database.stat().st_size:
            raise OSError(f"its key {path} is missing, and nothing in it can be read without")
        _make_key(path, entropy)
    key = path.read_bytes()
    if len(key) != vault.KEY_BYTES:
        raise OSError(f"{path} is not a key")
    return key


def _make_key(path: Path, entropy: Entropy) -> None:
    """A key file that is there whole or not at all, with mode 0600; of two processes, the first one's stays."""
    descriptor, fresh = tempfile.mkstemp(prefix=f"{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(vault.new_key(entropy))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(fresh, path)
        except FileExistsError:
            pass
        except OSError:  # a file system without hard links, where nobody can be told to have been first
            Path(fresh).rename(path)
    finally:
        Path(fresh).unlink(missing_ok=True)


def _check_writable(database: Path) -> None:
    """SQLite needs to write the file, and to make others beside it."""
    for path in (database, database.parent):
        if path.exists() and not os.access(path, os.W_OK):
            raise OSError(f"{path} is read-only")
    if database.exists() and not database.is_file():
        raise OSError("it is not a file")
    if database.exists() and database.stat().st_size:
        with database.open("rb") as file:
            if file.read(len(_SQLITE)) != _SQLITE:
                raise OSError("it is not an SQLite database")
