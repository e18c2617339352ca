"""Records of configuration that one unit of work reads and later ones take, where one process has an SQLite database.

Nearly every call reads its pool, and many read a client or keys, which are hardly ever changed. A unit takes such a
record only if it would read the very same from its snapshot of the database, which begins with the first statement of a
reading unit, and with BEGIN IMMEDIATE of a writing one. This is how it knows:

- `Remembered.version` is even at rest. Before a unit commits changes of these tables, it drops their records and makes
  the version odd; after the commit, or its failure, even again. Writers run one after the other, so there is one such
  commit at a time. Between two such commits all records are those of the last one.
- A unit notes the version before its snapshot begins: a reading unit before BEGIN, a writing one when it has the write
  lock, under which the version stays. An odd version is none. While the present version is the noted one, no commit has
  begun since, so the snapshot is that of the last one. Only then the unit takes and keeps records.
- A unit that takes finds the record before it compares the versions: what it has found was there when the version was
  the noted one, since versions only grow.
- A unit keeps what it has read under the lock under which the version changes: it is dropped with the others, or not
  kept.
- A unit that has changed such a table itself takes and keeps nothing until its transaction ends. A delete changes the
  tables that it cascades to as well.
- A reading unit that may be run again (`take_early`) takes records before its first statement, too, while the version
  is the one that it noted when it began. If another one is found after the first statement, the records may be older
  than the snapshot: StaleRead, and the unit is run again and takes nothing early. A unit that has released its
  connection never takes early, so that it is not run again once it has done what must not be done twice.

What does not exist is not remembered, so that made-up ids displace nothing. PostgreSQL and several processes on SQLite
have no such memory, since others change the data without telling.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from functools import cache
from typing import Any

from sqlalchemy import Delete, Executable, Table

from storage.prepared import Prepared
from storage.tables import (
    cimd_policies,
    client_secrets,
    domains,
    identity_pools,
    identity_providers,
    metadata,
    pool_keys,
    published_secrets,
    replicas,
    resource_servers,
    server_keys,
    user_pool_clients,
    user_pools,
)
from storage.violations import StaleRead

TABLES = frozenset(
    {
        cimd_policies,
        client_secrets,
        domains,
        identity_pools,
        identity_providers,
        pool_keys,
        published_secrets,
        replicas,
        resource_servers,
        server_keys,
        user_pool_clients,
        user_pools,
    }
)
"""The tables whose records are remembered. Their JSON is `Configuration`, which units share and cannot change."""
_MOST = 1_000
_UNKNOWN = -1
"""The version of a snapshot of which nothing is known."""


class Remembered:
    """The remembered records of a database, by table. Thread-safe."""

    def __init__(self, most: int = _MOST) -> None:
        """Remember up to `most` records of each table; the oldest is dropped for a new one."""
        self.version = 0
        self.records: dict[Table, dict[Hashable, Any]] = {table: {} for table in TABLES}
        self._most = most
        self._lock = threading.Lock()

    def keep(self, version: int, table: Table, key: Hashable, record: Any) -> None:
        """Remember a record, unless a unit has committed changes, or is about to, since this version."""
        with self._lock:
            if self.version == version:
                records = self.records[table]
                if len(records) >= self._most:
                    del records[next(iter(records))]
                records[key] = record

    def commit(self, changed: frozenset[Table], commit: Callable[[], None]) -> None:
        """Commit changes of these tables."""
        with self._lock:
            self.version += 1
            for table in changed:
                self.records[table] = {}
        try:
            commit()
        finally:
            with self._lock:
                self.version += 1


class View:
    """What one unit of work may take of the remembered records, and keep there."""

    __slots__ = ("_changed", "_noted", "_remembered", "_version", "has_taken")

    def __init__(self, remembered: Remembered) -> None:
        self._remembered = remembered
        self.end()

    def end(self) -> None:
        """The transaction has ended."""
        self._version = self._noted = _UNKNOWN
        self._changed: frozenset[Table] = frozenset()
        self.has_taken = False
        """Whether a record was taken in this transaction, or before it began."""

    def take_early(self) -> None:
        """Take records from now on, before the transaction has begun. `settle` may then raise StaleRead."""
        self.begin()
        self._version = self._noted

    def begin(self) -> None:
        """Call just before the snapshot begins, or when nothing can change it any more."""
        if not self.has_taken:
            version = self._remembered.version
            self._noted = _UNKNOWN if version % 2 else version

    def settle(self) -> None:
        """Call just after the snapshot has begun. Raises StaleRead if something older was taken."""
        if self.has_taken and self._noted != self._remembered.version:
            raise StaleRead
        self._version = self._noted

    def take(self, table: Table, key: Hashable) -> Any:
        """The remembered record, None if there is none that belongs to the snapshot."""
        record = self._remembered.records[table].get(key)
        if record is None or self._version != self._remembered.version:
            return None
        self.has_taken = True
        return record

    def keep(self, table: Table, key: Hashable, record: Any) -> None:
        """Remember a record that the unit has read."""
        self._remembered.keep(self._version, table, key, record)

    def change(self, statement: Executable | Prepared) -> None:
        """Call before a statement that writes."""
        told = statement.statement if isinstance(statement, Prepared) else statement
        changed = _changed(getattr(told, "table", None), isinstance(told, Delete))
        if changed:
            self._changed |= changed
            self._version = _UNKNOWN

    def commit(self, commit: Callable[[], None]) -> None:
        """Commit what the transaction has written."""
        if self._changed:
            self._remembered.commit(self._changed, commit)
        else:
            commit()


@cache
def _changed(table: Table | None, deletes: bool) -> frozenset[Table]:
    """The remembered tables whose rows a statement on a table may change; all of them if the table is not known."""
    if table is None:
        return TABLES
    return TABLES & (_referring(table) if deletes else {table})


def _referring(table: Table) -> set[Table]:
    """The table, and those with a foreign key to it, and so on."""
    found = {table}
    for other in metadata.sorted_tables:  # those that are referred to come first
        if any(key.column.table in found for key in other.foreign_keys):
            found.add(other)
    return found
