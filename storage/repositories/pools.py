"""User pools."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace
from sqlalchemy import bindparam, or_, select

from storage.paging import Page
from storage.prepared import Prepared
from storage.read_ahead import Ahead, Rows
from storage.records.pools import Pool
from storage.repositories.repository import Repository, changing, columns_of, matching
from storage.tables.clients import user_pool_clients
from storage.tables.pools import user_pools
from storage.tables.replicas import replicas

_OF_CLIENT = Prepared(
    select(*(user_pools.c[name] for name in columns_of(Pool)))
    .join(user_pool_clients, user_pool_clients.c.pool_id == user_pools.c.id)
    .where(user_pool_clients.c.id == bindparam("client_id"))
)


class PoolRepository(Repository[Pool]):
    """The user pools of all regions."""

    table = user_pools
    record = Pool
    columns = columns_of(Pool)
    shared = True

    def add(self, pool: Pool, *, drawn: bool = False) -> Pool:
        """Insert a pool. Raises `UniqueViolation` if the id is taken, perhaps late where it was `drawn` at random."""
        self._insert(pool, drawn=drawn)
        self.unit.forget_journal()  # what it knows of a pool with this id that was deleted
        return pool

    def get(self, pool_id: str) -> Pool | None:
        """The pool by id."""
        return self._one(id=pool_id)

    def read_ahead(self, pool_id: str) -> None:
        """Read what `get` will return together with the next statement, where that saves a round trip."""
        self._read_ahead(id=pool_id)

    def read_ahead_of_client(self, client_id: str) -> None:
        """As `read_ahead`, for the pool of a client."""

        def make() -> Ahead:
            query = matching(self.table, self.columns, ("id",))
            return Ahead(_OF_CLIENT, {"client_id": client_id}, query, _it)

        if client := self.unit.clients.at_hand(client_id):
            self.read_ahead(client.pool_id)
        elif not self._locks:
            self.unit.read_ahead(make)

    def page(self, region: str, limit: int, token: str | None) -> Page[Pool]:
        """The pools of a region and those that have a replica in the region, by id."""
        replicated = select(replicas.c.pool_id).where(replicas.c.region == region)
        query = self._select().where(or_(user_pools.c.region == region, user_pools.c.id.in_(replicated)))
        return self._page(query, f"pools {region}", token, limit, "id")

    def all(self) -> list[Pool]:
        """All pools, by id."""
        return self._all(self._select().order_by(user_pools.c.id))

    def regions(self) -> list[str]:
        """The regions that have pools, sorted."""
        query = select(user_pools.c.region).distinct().order_by(user_pools.c.region)
        return list(self.unit.read(query).scalars())

    def without_history(self) -> list[Pool]:
        """The pools whose changes are not recorded."""
        return self._all(self._select().where(user_pools.c.history_since.is_(None)))

    def configure(self, pool: Pool, further: dict[str, Any]) -> Pool:
        """Update the settings that DescribeUserPool does not return, and return the changed pool."""
        self.unit.write(changing(user_pools, "id"), {"this_id": pool.id, "further": further})
        return replace(pool, further=further)

    def change(self, pool: Pool, *, modified: float, name: str, settings: dict[str, Any]) -> Pool:
        """Update the name and settings of a pool, and return the changed pool."""
        changes = {"name": name, "settings": settings, "modified": modified}
        self.unit.write(changing(user_pools, "id"), {"this_id": pool.id, **changes})
        return replace(pool, name=name, settings=settings, modified=modified)

    def pause(self, pool: Pool, until: float | None) -> Pool:
        """Raise `Paused` when users or groups of the pool are changed before `until`. None ends it at once."""
        self.unit.write(changing(user_pools, "id"), {"this_id": pool.id, "paused_until": until})
        return replace(pool, paused_until=until)

    def delete(self, pool: Pool) -> None:
        """Delete a pool and everything in the pool."""
        self.unit.write_pending()
        self.unit.write(user_pools.delete().where(user_pools.c.id == pool.id))


def _it(rows: Rows) -> dict[str, Any] | None:
    """The pool of the row."""
    return {"id": rows[0][0]} if rows else None
