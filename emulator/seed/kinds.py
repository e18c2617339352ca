"""The table of kinds: the lists that a seed file may have, in the order in which they are applied."""

from __future__ import annotations

from emulator.seed import (
    brandings,
    cimd_policies,
    clients,
    domains,
    groups,
    identities,
    identity_pools,
    keys,
    people,
    pools,
    protection,
    providers,
    replicas,
    resource_servers,
    server_lists,
    terms,
    users,
)
from emulator.seed.entries import Kind

IN_USER_POOLS: tuple[Kind, ...] = (
    resource_servers.KIND,
    providers.KIND,
    clients.KIND,
    domains.KIND,
    brandings.STYLES,
    brandings.CUSTOMIZATIONS,
    terms.KIND,
    protection.RISKS,
    protection.LOGS,
    protection.SESSIONS,
    cimd_policies.KIND,
    replicas.KIND,
    groups.KIND,
    users.KIND,
    keys.OF_POOL,
)
"""The lists in a user pool, each after those that it refers to."""
IN_IDENTITY_POOLS: tuple[Kind, ...] = (identities.KIND,)
TOP: tuple[Kind, ...] = (
    pools.kind(IN_USER_POOLS),
    identity_pools.kind(IN_IDENTITY_POOLS),
    server_lists.FUNCTIONS,
    server_lists.ROLES,
    server_lists.OIDC_PROVIDERS,
    server_lists.SAML_PROVIDERS,
    people.KIND,
    keys.OF_SERVER,
)
"""The lists of the document."""
BY_NAME = {kind.name: kind for kind in TOP}
