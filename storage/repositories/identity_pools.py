"""Identity pools."""

from __future__ import annotations

from storage.paging import Page
from storage.records.identities import IdentityPool
from storage.repositories.repository import KeyedRepository, columns_of
from storage.tables.identities import identities, identity_pools


class IdentityPoolRepository(KeyedRepository[IdentityPool]):
    """The identity pools of all regions."""

    table = identity_pools
    record = IdentityPool
    columns = columns_of(IdentityPool)
    shared = True

    def get(self, pool_id: str) -> IdentityPool | None:
        """The pool by id."""
        return self._one(id=pool_id)

    def page(self, region: str, limit: int, token: str | None) -> Page[IdentityPool]:
        """The pools of a region, by id."""
        query = self._select().where(identity_pools.c.region == region)
        return self._page(query, f"identity pools {region}", token, limit, "id")

    def page_of_all(self, limit: int, token: str | None) -> Page[IdentityPool]:
        """The pools of all regions, by id."""
        return self._page(self._select(), "identity pools", token, limit, "id")

    def empty(self, pool: IdentityPool) -> None:
        """Delete the identities of a pool. The settings and roles of the pool stay."""
        self.unit.write(identities.delete().where(identities.c.pool_id == pool.id))
