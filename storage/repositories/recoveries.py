"""Point-in-time recoveries of user pools."""

from __future__ import annotations

from storage.paging import Page
from storage.records.recoveries import Recovery
from storage.repositories.repository import KeyedRepository, columns_of
from storage.tables.history import recoveries


class RecoveryRepository(KeyedRepository[Recovery]):
    """The point-in-time recoveries of all pools."""

    table = recoveries
    record = Recovery
    columns = columns_of(Recovery)

    def get(self, recovery_id: str) -> Recovery | None:
        """The recovery by id, in any pool."""
        return self._one(id=recovery_id)

    def with_status(self, *statuses: str) -> list[Recovery]:
        """All recoveries with one of these statuses."""
        return self._all(self._select().where(recoveries.c.status.in_(statuses)))

    def initiated(self, after: float, until: float) -> list[Recovery]:
        """All recoveries that were initiated after a time, and not after another, in any pool."""
        return self._all(self._select().where(recoveries.c.initiated > after, recoveries.c.initiated <= until))

    def page(self, pool_id: str, limit: int, token: str | None) -> Page[Recovery]:
        """The recoveries of a pool, newest first."""
        query = self._select().where(recoveries.c.pool_id == pool_id)
        return self._page(query, f"recoveries {pool_id}", token, limit, "initiated", "id", newest_first=True)

    def delete_all(self, pool_id: str) -> None:
        """Delete all recoveries of a pool."""
        self.unit.write(recoveries.delete().where(recoveries.c.pool_id == pool_id))
