"""The signing keys of the server itself, encrypted."""

from __future__ import annotations

from storage.records.identities import ServerKey
from storage.repositories.repository import Repository, columns_of, inserting, values_of
from storage.tables.server_keys import server_keys


class ServerKeyRepository(Repository[ServerKey]):
    """The signing keys that are of no pool, one for each use."""

    table = server_keys
    record = ServerKey
    columns = columns_of(ServerKey)
    shared = True

    def add(self, key: ServerKey) -> None:
        """Insert a key. Raises `UniqueViolation` when there is one for that use."""
        self.unit.write(inserting(server_keys), values_of(key))

    def put(self, key: ServerKey) -> None:
        """Insert a key, or replace the one for that use."""
        self._put(values_of(key), "use")

    def all(self) -> list[ServerKey]:
        """The keys for all uses, by use."""
        return sorted(self._every(), key=lambda key: key.use)

    def get(self, use: str) -> ServerKey | None:
        """The key for that use; None if there is none yet."""
        return self._one(use=use)
