"""Everything that the repositories of identity pools and STS can do, done once."""

from __future__ import annotations

from storage.records.identities import Login
from storage.unit import Unit
from tests.storage.reconfigured import twice
from tests.storage.rows import NOON, Filled, a_server_key, an_identity, an_identity_pool, some_credentials


def call_identities(unit: Unit, filled: Filled) -> None:
    """Call every method of these repositories."""
    pool = filled.identity_pool
    unit.identity_pools.get(pool.id)
    unit.identity_pools.change(pool, roles={}, modified=NOON)
    an_identity_pool(unit, "us-east-1:new")
    twice(lambda token: unit.identity_pools.page("us-east-1", 1, token))
    identity = an_identity(unit, pool, "new")
    unit.identities.get(identity.id)
    unit.identities.link(Login(pool.id, "provider", "new", identity.id))
    unit.identities.login(pool.id, "provider", "new")
    unit.identities.logins(identity)
    unit.identities.logins_of([filled.identity, identity])
    for enabled_only in (True, False):
        twice(lambda token, e=enabled_only: unit.identities.page(pool, 5, token, enabled_only=e))
    unit.identities.merge(filled.identity, identity, NOON)
    unit.identities.touch(identity, NOON)
    unit.identities.unlink(Login(pool.id, "provider", "new", identity.id))
    unit.identities.delete(identity.id)
    a_server_key(unit)
    for key in unit.server_keys.all():
        unit.server_keys.put(key)
    unit.server_keys.get("use")
    twice(lambda token: unit.identity_pools.page_of_all(1, token))
    issued = some_credentials(unit)
    unit.issued_credentials.get(issued.access_key)
    unit.issued_credentials.sweep(NOON + 1, 5)
