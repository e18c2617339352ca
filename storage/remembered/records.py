"""The records, by table and key, and what every view of them does."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable
from functools import cache
from typing import Any, ClassVar

from sqlalchemy import Delete, Executable, Table

from storage.prepared import Prepared
from storage.records.shared import ServerState

TABLES = frozenset(
    {
        "cimd_policies",
        "client_secrets",
        "domains",
        "identity_pools",
        "identity_providers",
        "pool_keys",
        "published_secrets",
        "replicas",
        "resource_servers",
        "server_keys",
        "user_pool_clients",
        "user_pools",
    }
)
"""The names of the tables whose records are remembered. They refer to one another only, so that no delete from another
table cascades to them. Their JSON is `Configuration`, which units share and cannot change."""
_MOST = 1_000
UNKNOWN = -1
"""The version of a transaction of which nothing is known."""


class Remembered(ABC):
    """The remembered records of a database, by table. Thread-safe."""

    def __init__(self, most: int = _MOST) -> None:
        """Remember up to `most` records of each table; the oldest is dropped for a new one."""
        self.records: dict[str, dict[Hashable, Any]] = {name: {} for name in TABLES}
        self._most = most
        self._lock = threading.Lock()

    @abstractmethod
    def view(self, *, sees_one_moment: bool, takes: bool) -> View:
        """The view of a new unit of work.

        It `sees_one_moment` if all its statements see the same state of the database, but for what the unit itself
        writes. Unless it `takes`, it reads everything itself.
        """

    @abstractmethod
    def commit(self, changed: frozenset[str], commit: Callable[[], None], announce: Callable[[], None]) -> None:
        """Commit changes of these tables. `announce` gives the configuration another version for all processes."""

    def _keep(self, table: Table, key: Hashable, record: Any) -> None:
        """Remember a record. To be called with the lock."""
        records = self.records[table.name]
        if len(records) >= self._most:
            del records[next(iter(records))]
        records[key] = record


class View:
    """What one unit of work may take of the remembered records, and keep there. It also notes what the unit changes."""

    __slots__ = ("_changed", "_remembered", "_version", "has_taken")

    settles: ClassVar = False
    """Whether `settle` does something."""
    assumed: ServerState | None = None
    """The state of the server that the unit goes by, where the database has not confirmed it yet."""

    def __init__(self, remembered: Remembered) -> None:
        self._remembered = remembered
        self.end()

    def end(self) -> None:
        """The transaction has ended."""
        self._version = UNKNOWN
        self._changed: frozenset[str] = frozenset()
        self.has_taken = False
        """Whether a record was taken in this transaction, or before it began."""

    def take_early(self) -> None:
        """Take records from now on, before the transaction has begun. The first statement may then raise StaleRead."""

    def take_nothing_early(self) -> None:
        """Undo `take_early`."""

    def begin(self) -> None:
        """Call just before the snapshot of the transaction begins, or when nothing can change it any more."""

    def settle(self) -> None:
        """Call just after the snapshot has begun. Raises StaleRead if something older was taken."""

    def follow(self, state: ServerState | None) -> None:
        """Call with what the transaction has read as the state of the server. Raises StaleRead as `settle` does."""

    def check(self) -> None:
        """Raise StaleRead if the unit has assumed what the database has not confirmed."""

    def take(self, table: Table, key: Hashable) -> Any:
        """The remembered record, None if there is none that belongs to the transaction."""

    def keep(self, table: Table, key: Hashable, record: Any) -> None:
        """Remember a record that the unit has read."""

    def change(self, statement: Executable | Prepared) -> None:
        """Call before a statement that writes. A unit takes and keeps nothing once it has changed the configuration."""
        told = statement.statement if isinstance(statement, Prepared) else statement
        changed = _changed(getattr(told, "table", None), isinstance(told, Delete))
        if changed:
            self._changed |= changed
            self._version = UNKNOWN

    def commit(self, commit: Callable[[], None], announce: Callable[[], None]) -> None:
        """Commit what the transaction has written, as `Remembered.commit` where that is configuration."""
        if self._changed:
            self._remembered.commit(self._changed, commit, announce)
        else:
            commit()


@cache
def _changed(table: Table | None, deletes: bool) -> frozenset[str]:
    """The remembered tables whose rows a statement on a table may change; all of them if the table is not known.

    All of them, too, if it deletes from one of them, since deletes cascade.
    """
    if table is None:
        return TABLES
    changed = TABLES & {table.name}
    return TABLES if changed and deletes else changed
