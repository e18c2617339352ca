"""Which app clients publish their secrets in AWS Secrets Manager."""

from __future__ import annotations

from storage.records.pools import PublishedSecret
from storage.repositories.repository import KeyedRepository, columns_of
from storage.tables import published_secrets


class PublishedSecretRepository(KeyedRepository[PublishedSecret]):
    """The published secrets of all clients."""

    table = published_secrets
    record = PublishedSecret
    columns = columns_of(PublishedSecret)

    def of(self, client_id: str) -> PublishedSecret | None:
        """Where a client's secrets are published; None if they are not."""
        return self._one(client_id=client_id)

    def rotated_before(self, time: float, limit: int) -> list[PublishedSecret]:
        """Up to `limit` published secrets that were rotated last before a time, oldest first."""
        rotated = published_secrets.c.rotated
        return self._all(self._select().where(rotated < time).order_by(rotated).limit(limit))
