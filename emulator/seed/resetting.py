"""A reset to the seed: the database is emptied and the seed files are applied, in one unit of work."""

from __future__ import annotations

from collections.abc import Callable

from emulator.context import Context
from emulator.domain.access import signing_keys
from emulator.seed import applying
from emulator.seed.entries import SeedError
from emulator.seed.reading import Entries


def reset(context: Context, entries: Entries, empty: Callable[[Context], None], pool_id: str | None) -> None:
    """Run `empty`, which deletes everything or the content of one pool, and apply all entries, or those of the pool.

    A pool that is gone is made again. Pools whose ids the seed chooses keep their signing keys: applications that have
    these in a cache go on. Raises SeedError, also for a pool of which the entries say nothing.
    """
    wanted = entries if pool_id is None else applying.of_pool(context, entries, pool_id)
    if pool_id is not None and not wanted:
        raise SeedError("", "", f"the seed says nothing of the pool {pool_id}")
    applying.prepare(context, wanted, everything=True)
    if pool_id is None:
        for entry in entries.get("user_pools", []):
            chosen = entry.members.get("Id", "")
            keys = signing_keys.of(context, chosen) if chosen else {}
            if keys:
                context.signing_keys[chosen] = keys
    unit = context.unit
    if pool_id is None or unit.pools.get(pool_id) or unit.identity_pools.get(pool_id):
        empty(context)
    if pool_id is None:  # the clock is put back: what is made now is not to be of the future
        context.now = context.unit.now = round(context.world.clock.real(), 3)
    applying.apply(context, wanted, reseed=True)
