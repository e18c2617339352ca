"""What is remembered where one process has an SQLite database, and knows of every change.

The snapshot of a unit begins with the first statement of a reading unit, and with BEGIN IMMEDIATE of a writing one.
This is how a unit knows that a record is the one that it would read from its snapshot:

- The version is even at rest. Before a unit commits changes of these tables, it drops their records and makes the
  version odd; after the commit, or its failure, even again. Writers run one after the other, so there is one such
  commit at a time. Between two such commits all records are those of the last one.
- A unit notes the version before its snapshot begins: a reading unit before BEGIN, a writing one when it has the write
  lock, under which the version stays. An odd version is none. While the present version is the noted one, no commit has
  begun since, so the snapshot is that of the last one. Only then the unit takes and keeps records.
- A unit that takes finds the record before it compares the versions: what it has found was there when the version was
  the noted one, since versions only grow.
- A unit keeps what it has read under the lock under which the version changes: it is dropped with the others, or not
  kept.
- A unit that has changed such a table itself takes and keeps nothing until its transaction ends. A delete from one
  counts as a change of all, since it cascades.
- A reading unit that may be run again (`take_early`) takes records before its first statement, too, while the version
  is the one that it noted when it began. If another one is found after the first statement, the records may be older
  than the snapshot: StaleRead, and the unit is run again and takes nothing early. A unit that has released its
  connection never takes early, so that it is not run again once it has done what must not be done twice.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

from sqlalchemy import Table

from storage.remembered.records import UNKNOWN, Remembered, View
from storage.violations import StaleRead


class Alone(Remembered):
    """The records that the units of one process take from each other. Thread-safe."""

    version = 0
    """Odd during a commit of changes of these tables."""

    def view(self, *, sees_one_moment: bool, takes: bool) -> View:  # noqa: ARG002
        """The view of a new unit of work, whatever it does: nothing changes while it has the write lock."""
        return _View(self)

    def keep(self, version: int, table: Table, key: Hashable, record: Any) -> None:
        """Remember a record, unless a unit has committed changes, or is about to, since this version."""
        with self._lock:
            if self.version == version:
                self._keep(table, key, record)

    def commit(
        self,
        changed: frozenset[str],
        commit: Callable[[], None],
        announce: Callable[[], None],  # noqa: ARG002
    ) -> None:
        """Commit changes of these tables. Nothing is announced: there is no other process."""
        with self._lock:
            self.version += 1
            for name in changed:
                self.records[name] = {}
        try:
            commit()
        finally:
            with self._lock:
                self.version += 1


class _View(View):
    __slots__ = ("_noted",)

    settles = True
    _remembered: Alone

    def end(self) -> None:
        self._noted = UNKNOWN
        super().end()

    def take_early(self) -> None:
        self.begin()
        self._version = self._noted

    def take_nothing_early(self) -> None:
        self._version = UNKNOWN

    def begin(self) -> None:
        if not self.has_taken:
            version = self._remembered.version
            self._noted = UNKNOWN if version % 2 else version

    def settle(self) -> None:
        if self.has_taken and self._noted != self._remembered.version:
            raise StaleRead
        self._version = self._noted

    def take(self, table: Table, key: Hashable) -> Any:
        record = self._remembered.records[table.name].get(key)
        if record is None or self._version != self._remembered.version:
            return None
        self.has_taken = True
        return record

    def keep(self, table: Table, key: Hashable, record: Any) -> None:
        self._remembered.keep(self._version, table, key, record)
