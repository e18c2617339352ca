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
    except OSError as error:
        raise HomeError(f"cannot keep data at {database}: {error.strerror or error}") from error
    store = Store(database, Vault(key, entropy))
    try:
        yield store
    finally:
        store.close()


def _key(path: Path, database: Path, entropy: Entropy) -> bytes:
    """The data key, made at the first start with mode 0600. A database whose key is gone is refused."""
    if not path.exists():
        if database.exists() and database.stat().st_size:
            raise OSError(f"its key {path} is missing, and nothing in it can be read without")
        fresh = path.with_name(f"{path.name}.{os.getpid()}")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(vault.new_key(entropy))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(fresh, path)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_bytes()
