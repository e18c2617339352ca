"""The history of the users and groups of user pools: how each was before it was changed."""

from __future__ import annotations

from storage.records.recoveries import Change
from storage.repositories.repository import Repository, columns_of
from storage.tables import history


class HistoryRepository(Repository[Change]):
    """The changes of users and groups of all pools."""

    table = history
    record = Change
    columns = columns_of(Change)

    def add(self, change: Change) -> None:
        """Insert a change. The database assigns the `number`."""
        values = {name: getattr(change, name) for name in self.columns if name != "number"}
        self.unit.write(history.insert(), values)
