"""App clients and their secrets."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace
from sqlalchemy import bindparam, func, select

from storage.paging import Page
from storage.prepared import Prepared
from storage.read_ahead import Ahead
from storage.records.pools import Client, ClientSecret
from storage.repositories.repository import Repository, changing, columns_of, deleting, inserting, values_of
from storage.tables.client_secrets import client_secrets
from storage.tables.clients import user_pool_clients

_SECRETS = Prepared(
    select(*(client_secrets.c[name] for name in columns_of(ClientSecret))).where(
        client_secrets.c.client_id == bindparam("client_id")
    )
)

_COUNT = Prepared(select(func.count()).where(user_pool_clients.c.pool_id == bindparam("pool_id")))


class ClientRepository(Repository[Client]):
    """The app clients of all pools."""

    table = user_pool_clients
    record = Client
    columns = ("id", "pool_id", "name", "settings", "created", "modified", "further")
    shared = True

    def add(self, client: Client, *, drawn: bool = False) -> Client:
        """Insert a client. Raises `UniqueViolation` if the id is taken, perhaps late where it was `drawn` at random."""
        self._insert(client, drawn=drawn)
        return client

    def get(self, client_id: str) -> Client | None:
        """The client by id, in any pool."""
        return self._one(id=client_id)

    def at_hand(self, client_id: str) -> Client | None:
        """The client, if an earlier unit has read it."""
        client: Client | None = self._taken(self.table, ("one", ("id", client_id)))
        return client

    def read_ahead(self, client_id: str) -> None:
        """Read what `get` will return together with the next statement, where that saves a round trip."""
        self._read_ahead(id=client_id)

    def read_ahead_secrets(self, client_id: str) -> None:
        """As `read_ahead`, for what `secrets` will return."""
        wanted = {"client_id": client_id}
        if self._taken(client_secrets, client_id) is None:
            self.unit.read_ahead(lambda: Ahead(_SECRETS, wanted, _SECRETS, lambda _rows: wanted))

    def page(self, pool_id: str, limit: int, token: str | None) -> Page[Client]:
        """The clients of a pool, by id."""
        query = self._select().where(user_pool_clients.c.pool_id == pool_id)
        return self._page(query, f"clients {pool_id}", token, limit, "id")

    def all(self, pool_id: str) -> list[Client]:
        """All clients of a pool."""
        return self._every(pool_id=pool_id)

    def count(self, pool_id: str) -> int:
        """The number of clients of a pool."""
        [[count]] = self.unit.rows(_COUNT, {"pool_id": pool_id})
        return int(count)

    def count_after(self, pool_id: str) -> None:
        """Read what `count` will return together with the next statement, which locks the pool that is to get one."""
        wanted = {"pool_id": pool_id}
        self.unit.read_ahead(lambda: Ahead(_COUNT, wanted, _COUNT, lambda _rows: wanted), after=True)

    def change(self, client: Client, *, modified: float, name: str, settings: dict[str, Any]) -> Client:
        """Update the name and settings of a client, and return the changed client."""
        changes = {"name": name, "settings": settings, "modified": modified}
        self.unit.write(changing(user_pool_clients, "id"), {"this_id": client.id, **changes})
        return replace(client, name=name, settings=settings, modified=modified)

    def configure(self, client: Client, further: dict[str, Any]) -> Client:
        """Update the settings that DescribeUserPoolClient does not return, and return the changed client."""
        self.unit.write(changing(user_pool_clients, "id"), {"this_id": client.id, "further": further})
        return replace(client, further=further)

    def delete(self, client: Client) -> None:
        """Delete a client with its secrets, sign-ins and tokens."""
        self.unit.write(deleting(user_pool_clients, "id"), {"this_id": client.id})

    def add_secret(self, secret: ClientSecret) -> None:
        """Insert a secret of a client."""
        self.unit.write(inserting(client_secrets), values_of(secret))

    def secrets(self, client_id: str) -> list[ClientSecret]:
        """The secrets of a client that exists, oldest first."""
        taken: tuple[tuple[ClientSecret, ...]] | None = self._taken(client_secrets, client_id)
        if taken:
            return [*taken[0]]
        rows = self.unit.rows(_SECRETS, {"client_id": client_id})
        found = sorted((ClientSecret(*row) for row in rows), key=lambda secret: (len(secret.id), secret.id))
        self._keep(client_secrets, client_id, (tuple(found),))  # that there are none is remembered, too
        return found

    def delete_secret(self, secret: ClientSecret) -> bool:
        """Delete a secret. False when the secret did not exist any more."""
        return self.unit.write(deleting(client_secrets, "id"), {"this_id": secret.id}).rowcount == 1
