"""Identity pools."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

from storage.paging import Page
from storage.records.identities import IdentityPool
from storage.shelves.shelf import Shelf
from storage.tables import identities, identity_pools


class IdentityPoolShelf(Shelf[IdentityPool]):
    """The identity pools of every region."""

    table = identity_pools
    record = IdentityPool
    columns = ("id", "region", "name", "settings", "roles", "created", "modified")

    def add(self, pool: IdentityPool) -> IdentityPool:
        """Keep a new pool. Raises `Taken` when the id is in use."""
        self.unit.write(identity_pools.insert(), asdict(pool))
        return pool

    def get(self, pool_id: str) -> IdentityPool | None:
        """The pool with that id."""
        return self._one(id=pool_id)

    def page(self, region: str, limit: int, token: str | None) -> Page[IdentityPool]:
        """The pools of a region, by id."""
        query = self._select().where(identity_pools.c.region == region)
        return self._page(query, f"identity pools {region}", token, limit, "id")

    def change(self, pool: IdentityPool, *, modified: float, **changes: Any) -> IdentityPool:
        """Keep the pool's new `name`, `settings` or `roles`."""
        values = {**changes, "modified": modified}
        self.unit.write(identity_pools.update().where(identity_pools.c.id == pool.id), values)
        return replace(pool, **values)

    def delete(self, pool: IdentityPool) -> None:
        """Forget the pool and its identities."""
        self.unit.write(identity_pools.delete().where(identity_pools.c.id == pool.id))

    def empty(self, pool: IdentityPool) -> None:
        """Forget the identities of a pool; its settings and roles stay."""
        self.unit.write(identities.delete().where(identities.c.pool_id == pool.id))
