"""The signing keys of user pools, encrypted."""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, select

from storage.prepared import Prepared
from storage.read_ahead import Ahead, Rows
from storage.records.pools import PoolKey
from storage.repositories.repository import Repository, deleting, inserting, matching, values_of
from storage.tables.clients import user_pool_clients
from storage.tables.pool_keys import pool_keys

_COLUMNS = ("kid", "pool_id", "use", "sealed", "created")
_OF_CLIENT = Prepared(
    select(*(pool_keys.c[name] for name in _COLUMNS))
    .join(user_pool_clients, user_pool_clients.c.pool_id == pool_keys.c.pool_id)
    .where(user_pool_clients.c.id == bindparam("client_id"))
)


class PoolKeyRepository(Repository[PoolKey]):
    """The signing keys of all pools. Each pool has one key for ID tokens and one for access tokens."""

    table = pool_keys
    record = PoolKey
    columns = _COLUMNS
    shared = True

    def add(self, key: PoolKey) -> None:
        """Insert a key. Raises `UniqueViolation` when the pool has a key for that use."""
        self.unit.write(inserting(pool_keys), values_of(key))

    def get(self, kid: str) -> PoolKey | None:
        """A key by its id, in any pool."""
        return self._one(kid=kid)

    def delete(self, pool_id: str) -> None:
        """Delete the keys of a pool."""
        self.unit.write(deleting(pool_keys, "pool_id"), {"this_pool_id": pool_id})

    def read_ahead(self, pool_id: str) -> None:
        """Read what `of` will return together with the next statement, where that saves a round trip."""
        self._read_ahead(pool_id=pool_id)

    def read_ahead_of_client(self, client_id: str) -> None:
        """As `read_ahead`, for the pool of a client."""

        def make() -> Ahead:
            query = matching(self.table, self.columns, ("pool_id",))
            return Ahead(_OF_CLIENT, {"client_id": client_id}, query, _theirs)

        if client := self.unit.clients.at_hand(client_id):
            self.read_ahead(client.pool_id)
        else:
            self.unit.read_ahead(make)

    def of(self, pool_id: str) -> dict[str, PoolKey]:
        """The keys of a pool by use ("access", "id"), always in that order. Empty if the pool has no keys yet."""
        return {key.use: key for key in sorted(self._every(pool_id=pool_id), key=lambda key: key.use)}


def _theirs(rows: Rows) -> dict[str, Any] | None:
    """The pool of the rows."""
    return {"pool_id": rows[0][1]} if rows else None
