"""Provisioned limits."""

from __future__ import annotations

from storage.records.pools import ProvisionedLimit
from storage.repositories.repository import KeyedRepository, columns_of
from storage.tables import provisioned_limits


class ProvisionedLimitRepository(KeyedRepository[ProvisionedLimit]):
    """The limits that were set, by region and category."""

    table = provisioned_limits
    record = ProvisionedLimit
    columns = columns_of(ProvisionedLimit)

    def get(self, region: str, category: str) -> ProvisionedLimit | None:
        """The limit of a category in a region, where one was set."""
        return self._one(region=region, category=category)

    def all(self) -> list[ProvisionedLimit]:
        """Every limit that was set."""
        return self._every()

    def put(self, limit: ProvisionedLimit) -> None:
        """Keep a limit in place of the one that was set before."""
        self.delete(limit)
        self.add(limit)
