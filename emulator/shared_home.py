"""Opening a database on a PostgreSQL server, which several servers may use at once with the same data key."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from msgspec.structs import replace

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
_SHARED = "all servers there have one inbox, one clock and one list of events"


def opening(settings: Settings, database: Server, entropy: Entropy) -> Callable[[], AbstractContextManager[Store]]:
    """What opens the store in each process of the server, and closes it at the end of the context.

    The processes share the connections out that the server may have. Raises `DataDirectoryError` when it is called.
    """
    server = replace(
        database,
        connections=max(1, settings.database_connections // settings.workers),
        patience=settings.database_timeout,
        resting=database.resting // settings.workers,
    )

    is_told = False

    @contextmanager
    def opened() -> Iterator[Store]:
        nonlocal is_told
        try:
            store = _open(server, settings.key or settings.data / databases.KEY, entropy)
        except (OSError, DatabaseUnusable) as error:
            raise DataDirectoryError(f"cannot keep data at {databases.shown(server)}: {explanation(error)}") from error
        if not is_told:
            log.info("data is at %s; %s", databases.shown(server), _SHARED)
        is_told = True
        try:
            yield store
        finally:
            store.close()

    return opened


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
