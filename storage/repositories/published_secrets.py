"""Which app clients publish their secrets in AWS Secrets Manager."""

from __future__ import annotations

from sqlalchemy import select, tuple_

from storage.records.pools import PublishedSecret
from storage.repositories.repository import KeyedRepository, columns_of
from storage.tables.client_secrets import published_secrets
from storage.tables.clients import user_pool_clients

_COLUMNS = published_secrets.c


class PublishedSecretRepository(KeyedRepository[PublishedSecret]):
    """The published secrets of all clients."""

    table = published_secrets
    record = PublishedSecret
    columns = columns_of(PublishedSecret)
    shared = True

    def of(self, client_id: str) -> PublishedSecret | None:
        """Where a client's secrets are published; None if they are not."""
        return self._one(client_id=client_id)

    def of_pool(self, pool_id: str) -> list[PublishedSecret]:
        """The published secrets of a pool's clients."""
        clients = select(user_pool_clients.c.id).where(user_pool_clients.c.pool_id == pool_id)
        return self._all(self._select().where(_COLUMNS.client_id.in_(clients)))

    def all(self) -> list[PublishedSecret]:
        """All published secrets."""
        return self._every()

    def rotated_until(self, time: float, limit: int, after: PublishedSecret | None = None) -> list[PublishedSecret]:
        """Up to `limit` published secrets whose last rotation was at a time or before, oldest first.

        With `after`, those that follow that one in this order.
        """
        query = self._select().where(_COLUMNS.rotated <= time)
        if after:
            query = query.where(tuple_(_COLUMNS.rotated, _COLUMNS.client_id) > (after.rotated, after.client_id))
        return self._all(query.order_by(_COLUMNS.rotated, _COLUMNS.client_id).limit(limit))

    def set_back(self, time: float) -> None:
        """Move rotations that are later than a time to that time: the clock was set back."""
        self.unit.write(published_secrets.update().where(_COLUMNS.rotated > time), {"rotated": time})
