"""The rows of a database, saved and brought back, where making them again would take longer."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from storage.store import Store


class Saved:
    """The rows of an SQLite database at a moment."""

    def __init__(self, store: Store) -> None:
        self._rows = sqlite3.connect(":memory:", check_same_thread=False)
        with closing(_connect(store)) as connection:
            connection.backup(self._rows)

    def restore(self, store: Store) -> None:
        """Bring them back, in place of those that are there now."""
        with closing(_connect(store)) as connection:
            self._rows.backup(connection)

    def close(self) -> None:
        """Forget them."""
        self._rows.close()


def _connect(store: Store) -> sqlite3.Connection:
    assert isinstance(store.place, Path)
    return sqlite3.connect(store.place)
