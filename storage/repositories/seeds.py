"""The entries of seed files as they were applied last."""

from __future__ import annotations

from storage.records.seeds import SeededEntry
from storage.repositories.repository import Repository, columns_of, values_of
from storage.tables.seeds import seeded_entries


class SeededEntryRepository(Repository[SeededEntry]):
    """The entries that were applied, of all seed files."""

    table = seeded_entries
    record = SeededEntry
    columns = columns_of(SeededEntry)

    def of(self, kind: str, scope: str) -> list[SeededEntry]:
        """The entries of a kind in a scope."""
        return self._every(kind=kind, scope=scope)

    def put(self, entry: SeededEntry) -> None:
        """Insert an entry, or replace the one of the same kind, scope and key."""
        self._put(values_of(entry), "kind", "scope", "key")
