"""The life of an identity, where two callers meet in the middle of it."""

from __future__ import annotations

from dataclasses import replace

from emulator.context import Context, Origin
from emulator.domain.identities import identities
from emulator.domain.identities.logins import Proven
from emulator.outside.world import World
from emulator.settings import Settings
from keys.entropy import SeededEntropy
from storage.records.identities import Identity, IdentityPool, Login
from storage.store import Store, Unit
from tests.conftest import NOON

POOL = IdentityPool("us-east-1:pool", "us-east-1", "app", {"AllowUnauthenticatedIdentities": False}, {}, NOON, NOON)
OTHER = Identity("us-east-1:other", POOL.id, True, NOON, NOON)
LOGIN = Proven("provider", "client", "subject", {})


class Meddling(SeededEntropy):
    """Lets somebody else take the login at the moment when the new identity draws its id."""

    unit: Unit

    def token_bytes(self, n: int) -> bytes:
        if self.unit.identities.get(OTHER.id) is None:
            self.unit.identities.add(OTHER)
            self.unit.identities.link(Login(POOL.id, LOGIN.provider, LOGIN.subject, OTHER.id))
        return super().token_bytes(n)


def test_whoever_links_a_login_first_owns_it(store: Store, world: World, settings: Settings) -> None:
    entropy = Meddling(7)
    with store.unit(writes=True) as unit:
        entropy.unit = unit
        unit.identity_pools.add(POOL)
        context = Context(unit, replace(world, entropy=entropy), settings, Origin())
        assert identities.of_logins(context, POOL, [LOGIN]) == OTHER
        assert unit.identities.page(POOL, 10, None, enabled_only=False).items == [OTHER]
