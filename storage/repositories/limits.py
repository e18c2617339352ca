"""Provisioned limits."""

from __future__ import annotations

from storage.records.pools import ProvisionedLimit
from storage.repositories.repository import KeyedRepository, columns_of
from storage.tables.limits import provisioned_limits


class ProvisionedLimitRepository(KeyedRepository[ProvisionedLimit]):
    """The provisioned limits that were set, one for each region and category."""

    table = provisioned_limits
    record = ProvisionedLimit
    columns = columns_of(ProvisionedLimit)
    shared = True

    def get(self, region: str, category: str) -> ProvisionedLimit | None:
        """The limit of a category in a region, None if no limit was set."""
        return self._one(region=region, category=category)

    def all(self) -> list[ProvisionedLimit]:
        """All limits that were set."""
        return self._every()

    def put(self, limit: ProvisionedLimit) -> None:
        """Insert or replace a limit."""
        self.delete(limit)
        self.add(limit)
