"""Opening a database on a PostgreSQL server, which several servers may use at once with the same data key."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from emulator import data_keys, databases
from emulator.data_errors import DataDirectoryError, explanation
from emulator.settings import Settings
from keys.entropy import Entropy
from keys.vault import Vault
from storage import key_check
from storage.failures import DatabaseUnusable
from storage.server import Server
from storage.store import Store

log = logging.getLogger("cognito_emulator")
_OWN = "the inbox, the clock, events and request rates are each server's own: ask the server that handled a call"


@contextmanager
def opened(settings: Settings, database: Server, entropy: Entropy) -> Iterator[Store]:
    """Open the store, and close it at the end. Raises `DataDirectoryError`."""
    server = replace(database, connections=settings.database_connections, patience=settings.database_timeout)
    try:
        store = _open(server, settings.key or settings.data / databases.KEY, entropy)
    except (OSError, DatabaseUnusable) as error:
        raise DataDirectoryError(f"cannot keep data at {databases.shown(server)}: {explanation(error)}") from error
    log.info("data is at %s; %s", databases.shown(server), _OWN)
    try:
        yield store
    finally:
        store.close()


def _open(server: Server, path: Path, entropy: Entropy) -> Store:
    had_key = path.exists()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    key = data_keys.read_or_make(path, entropy, is_new=lambda: not key_check.exists(server))
    try:
        return Store(server, Vault(key, entropy))
    except DatabaseUnusable:
        if not had_key and key_check.exists(server):  # another server was first, with another key
            path.unlink(missing_ok=True)
        raise
