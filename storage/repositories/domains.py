"""Domains of user pools."""

from __future__ import annotations

from storage.records.pools import Domain
from storage.repositories.repository import KeyedRepository, columns_of
from storage.tables import domains


class DomainRepository(KeyedRepository[Domain]):
    """The domains of every region."""

    table = domains
    record = Domain
    columns = columns_of(Domain)

    def named(self, name: str, region: str) -> Domain | None:
        """The domain of that name in a region."""
        return self._one(name=name, region=region)

    def everywhere(self, name: str) -> list[Domain]:
        """The domains of that name, in whatever region."""
        return self._every(name=name)

    def count_custom(self, region: str) -> int:
        """How many custom domains the pools of a region have."""
        return self._count(region=region, custom=True)

    def of(self, pool_id: str) -> list[Domain]:
        """The domains of a pool: at most a prefix and a host name."""
        return self._every(pool_id=pool_id)
