"""Clients as requests present them: by the id of an app client, or by a URL that stands for one (CIMD)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from emulator.context import Context
from emulator.domain.pools import client_id_urls, client_metadata, domains
from emulator.domain.pools.apps import FoundApp
from emulator.oauth.errors import InvalidClient
from storage.records.pools import CIMDPolicy

_URL = "https://"


class OAuthClient(Struct, frozen=True):
    """An app client with its pool, and the client id that was presented.

    `policy` is the CIMD policy under which a URL stands for the app client; None where its own id was presented.
    """

    app: FoundApp
    id: str
    policy: CIMDPolicy | None = None

    @property
    def url(self) -> str | None:
        """The client id, if it is a URL."""
        return self.id if self.policy else None


def find(context: Context, client_id: str) -> OAuthClient | None:
    """The client with that id; None for an unknown one. At a domain's host, only clients of the domain's pool exist.

    Notes pool and client in `context.about`, for the log.
    """
    policy = _policy(context, client_id) if client_id.startswith(_URL) else None
    app_id = policy.client_id if policy else client_id
    client = context.unit.clients.get(app_id) if app_id else None
    pool = context.unit.pools.get(client.pool_id) if client else None
    if client is None or pool is None or not _is_here(context, pool.id):
        return None
    context.about |= {"pool": pool.id, "client": client.id}
    return OAuthClient(FoundApp(pool, client), client_id, policy)


def read_again(context: Context, client: OAuthClient) -> OAuthClient:
    """The client as it is now, after the connection was released. Raises InvalidClient if it was deleted meanwhile."""
    found = find(context, client.id)
    if found is None:
        raise InvalidClient(None, "the client went while a trigger ran")
    return found


def document(context: Context, client: OAuthClient) -> Mapping[str, Any]:
    """The metadata document of a client whose id is a URL: the cached one, or fetched now with the connection released.

    Raises InvalidClient, with `keeping()`, where there is no usable document. The caller reads the client again.
    """
    if client.policy is None:
        raise RuntimeError("a client that has no document was asked for one")
    try:
        return client_metadata.current(context, client.policy, client.id)
    except client_metadata.Unusable as problem:
        raise InvalidClient(None, f"the client metadata document cannot be used: {problem}").keeping() from None


def _policy(context: Context, url: str) -> CIMDPolicy | None:
    """The policy under which a URL falls: of the domain's pool, or without a domain of any pool."""
    # Unlike AWS: a client id that is a URL is looked up in the CIMD policies of all pools, where GET /oauth2/authorize
    # and POST /oauth2/token are asked at no domain's host. Of policies of several pools, the rule for one pool decides.
    domain = domains.at_host(context)
    policies = context.unit.cimd_policies
    return client_id_urls.policy_for(policies.of(domain.pool_id) if domain else policies.of_all_pools(), url)


def _is_here(context: Context, pool_id: str) -> bool:
    domain = domains.at_host(context)
    return domain is None or domain.pool_id == pool_id
