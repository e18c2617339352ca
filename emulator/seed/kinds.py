"""The table of kinds: the lists that a seed file may have, in the order in which they are applied."""

from __future__ import annotations

from emulator.seed import clients, domains, groups, pools, resource_servers, users
from emulator.seed.entries import Kind

IN_USER_POOLS: tuple[Kind, ...] = (
    resource_servers.KIND,
    clients.KIND,
    domains.KIND,
    groups.KIND,
    users.KIND,
)
"""The lists in a user pool, each after those that it refers to."""
TOP: tuple[Kind, ...] = (pools.kind(IN_USER_POOLS),)
"""The lists of the document."""
BY_NAME = {kind.name: kind for kind in TOP}
