"""Replicas of user pools."""

from __future__ import annotations

from collections.abc import Sequence

from storage.paging import Page
from storage.records.pools import Replica
from storage.repositories.repository import KeyedRepository, columns_of
from storage.tables.replicas import replicas


class ReplicaRepository(KeyedRepository[Replica]):
    """The replicas of all pools."""

    table = replicas
    record = Replica
    columns = columns_of(Replica)
    shared = True

    def get(self, pool_id: str, region: str) -> Replica | None:
        """The replica of a pool in a region."""
        return self._one(pool_id=pool_id, region=region)

    def of(self, pool_id: str) -> list[Replica]:
        """All replicas of a pool."""
        return self._every(pool_id=pool_id)

    def of_pools(self, pool_ids: Sequence[str]) -> list[Replica]:
        """All replicas of several pools, by pool and region."""
        query = self._select().where(replicas.c.pool_id.in_(pool_ids))
        return self._all(query.order_by(replicas.c.pool_id, replicas.c.region))

    def page(self, pool_id: str, limit: int, token: str | None) -> Page[Replica]:
        """The replicas of a pool, by region."""
        query = self._select().where(replicas.c.pool_id == pool_id)
        return self._page(query, f"replicas {pool_id}", token, limit, "region")
