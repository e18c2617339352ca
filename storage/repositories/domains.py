"""Domains of user pools."""

from __future__ import annotations

from storage.records.pools import Domain
from storage.repositories.repository import KeyedRepository, columns_of
from storage.tables.domains import domains


class DomainRepository(KeyedRepository[Domain]):
    """The domains of all pools."""

    table = domains
    record = Domain
    columns = columns_of(Domain)
    shared = True

    def named(self, name: str, region: str) -> Domain | None:
        """The domain by name and region."""
        return self._one(name=name, region=region)

    def in_any_region(self, name: str) -> list[Domain]:
        """The domains of that name in all regions."""
        self.unit.lock("domain", name)
        return self._every(name=name)

    def custom_named(self, name: str) -> Domain | None:
        """The custom domain of that name, unique in all regions."""
        found = self._every(name=name, custom=True)
        return found[0] if found else None

    def count_custom(self, region: str) -> int:
        """The number of custom domains in a region."""
        self.unit.lock("custom domains", region)
        return self._count(region=region, custom=True)

    def of(self, pool_id: str) -> list[Domain]:
        """The domains of a pool: at most one prefix domain and one custom domain."""
        return self._every(pool_id=pool_id)
