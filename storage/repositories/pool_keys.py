"""The signing keys of user pools, sealed."""

from __future__ import annotations

from dataclasses import asdict

from storage.records.pools import PoolKey
from storage.repositories.repository import Repository
from storage.tables import pool_keys


class PoolKeyRepository(Repository[PoolKey]):
    """Two keys a pool: one signs ID tokens, one access tokens."""

    table = pool_keys
    record = PoolKey
    columns = ("kid", "pool_id", "use", "sealed", "created")

    def add(self, key: PoolKey) -> None:
        """Keep a pool's key. Raises `Taken` when the pool has one for that use."""
        self.unit.write(pool_keys.insert(), asdict(key))

    def of(self, pool_id: str) -> dict[str, PoolKey]:
        """The keys of a pool by use: "id" and "access"; empty when it has none yet."""
        return {key.use: key for key in self._every(pool_id=pool_id)}
