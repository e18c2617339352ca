"""The signing keys of user pools, encrypted."""

from __future__ import annotations

from storage.records.pools import PoolKey
from storage.repositories.repository import Repository, inserting, values_of
from storage.tables import pool_keys


class PoolKeyRepository(Repository[PoolKey]):
    """The signing keys of all pools. Each pool has one key for ID tokens and one for access tokens."""

    table = pool_keys
    record = PoolKey
    columns = ("kid", "pool_id", "use", "sealed", "created")
    shared = True

    def add(self, key: PoolKey) -> None:
        """Insert a key. Raises `UniqueViolation` when the pool has a key for that use."""
        self.unit.write(inserting(pool_keys), values_of(key))

    def of(self, pool_id: str) -> dict[str, PoolKey]:
        """The keys of a pool by use ("id", "access"). Empty if the pool has no keys yet."""
        return {key.use: key for key in self._every(pool_id=pool_id)}
