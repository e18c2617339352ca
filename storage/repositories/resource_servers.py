"""Resource servers."""

from __future__ import annotations

from storage.paging import Page
from storage.records.pools import ResourceServer
from storage.repositories.repository import KeyedRepository, columns_of
from storage.tables.resource_servers import resource_servers


class ResourceServerRepository(KeyedRepository[ResourceServer]):
    """The resource servers of all pools."""

    table = resource_servers
    record = ResourceServer
    columns = columns_of(ResourceServer)
    shared = True

    def with_identifier(self, pool_id: str, identifier: str) -> ResourceServer | None:
        """The resource server of a pool by identifier."""
        return self._one(pool_id=pool_id, identifier=identifier)

    def all(self, pool_id: str) -> list[ResourceServer]:
        """All resource servers of a pool."""
        return self._every(pool_id=pool_id)

    def page(self, pool_id: str, limit: int, token: str | None) -> Page[ResourceServer]:
        """The resource servers of a pool, by identifier."""
        query = self._select().where(resource_servers.c.pool_id == pool_id)
        return self._page(query, f"resource servers {pool_id}", token, limit, "identifier")

    def count(self, pool_id: str) -> int:
        """The number of resource servers of a pool."""
        return self._count(pool_id=pool_id)
