"""Policies for client ID metadata documents (CIMD), and the URLs that were received under them."""

from __future__ import annotations

from msgspec.structs import asdict

from storage.paging import Page
from storage.records.pools import CIMDPolicy, ClientMetadataURL
from storage.repositories.repository import KeyedRepository, columns_of
from storage.tables.cimd import cimd_policies, client_metadata_urls


class CIMDPolicyRepository(KeyedRepository[CIMDPolicy]):
    """The CIMD policies of all pools."""

    table = cimd_policies
    record = CIMDPolicy
    columns = columns_of(CIMDPolicy)
    shared = True

    def get(self, policy_id: str) -> CIMDPolicy | None:
        """The policy by id, in any pool."""
        return self._one(id=policy_id)

    def of(self, pool_id: str) -> list[CIMDPolicy]:
        """All policies of a pool."""
        return self._every(pool_id=pool_id)

    def of_all_pools(self) -> list[CIMDPolicy]:
        """All policies of all pools."""
        return self._every()

    def page(self, pool_id: str, limit: int, token: str | None) -> Page[CIMDPolicy]:
        """The policies of a pool, by id."""
        query = self._select().where(cimd_policies.c.pool_id == pool_id)
        return self._page(query, f"CIMD policies {pool_id}", token, limit, "id")

    def count(self, pool_id: str) -> int:
        """The number of policies of a pool."""
        return self._count(pool_id=pool_id)


class ClientMetadataURLRepository(KeyedRepository[ClientMetadataURL]):
    """The client id URLs that were received under the CIMD policies of all pools."""

    table = client_metadata_urls
    record = ClientMetadataURL
    columns = columns_of(ClientMetadataURL)

    def get(self, policy_id: str, url: str) -> ClientMetadataURL | None:
        """A URL that was received under a policy."""
        return self._one(policy_id=policy_id, url=url)

    def receive(self, received: ClientMetadataURL) -> ClientMetadataURL:
        """Insert a URL, and return the record as stored: another call may have inserted the URL first."""
        insert = self.unit.insert(client_metadata_urls).values(asdict(received))
        self.unit.write(insert.on_conflict_do_nothing())
        return self.get(received.policy_id, received.url) or received

    def count(self, policy_id: str) -> int:
        """The number of URLs that were received under a policy."""
        return self._count(policy_id=policy_id)

    def page(self, policy_id: str, limit: int, token: str | None) -> Page[ClientMetadataURL]:
        """The URLs that were received under a policy, by URL."""
        query = self._select().where(client_metadata_urls.c.policy_id == policy_id)
        return self._page(query, f"client metadata URLs {policy_id}", token, limit, "url")
