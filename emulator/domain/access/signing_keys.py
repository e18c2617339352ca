"""The signing keys of a pool: two, one for ID tokens and one for access tokens."""

from __future__ import annotations

from datetime import UTC, datetime

from emulator.context import Context
from keys import certificates
from keys.signing import SigningKey
from storage.records.pools import Pool, PoolKey

USES = ("id", "access")
_YEAR = 365.25 * 86_400


def of(context: Context, pool_id: str) -> dict[str, SigningKey]:
    """The keys of a pool by use; empty where it has none yet."""
    return {
        use: SigningKey(key.kid, context.vault.open(key.sealed, key.kid))
        for use, key in context.unit.pool_keys.of(pool_id).items()
    }


def ensure(context: Context, pool_id: str) -> dict[str, SigningKey]:
    """The keys of a pool, which it gets now where it has none yet; they are kept at once.

    Generating a key takes long, so it is done with the database let go of: nothing may have been written before.
    Operations that issue tokens call this first, and have the keys at hand when they have written.
    """
    held = context.signing_keys.get(pool_id) or of(context, pool_id)
    if not held:
        with context.unit.released():
            made = [context.world.key_reserve.take() for _ in USES]
        held = of(context, pool_id) or _keep(context, pool_id, made)
        context.unit.commit()
    context.signing_keys[pool_id] = held
    return held


def certificate(context: Context, pool: Pool) -> str:
    """The certificate of the key of the pool's ID tokens, of this year since the pool was made.

    AWS unknown: whether SAML requests are signed with a key of their own; a new certificate has the same key here.
    """
    years = max(0, int((context.now - pool.created) // _YEAR))
    since = datetime.fromtimestamp(pool.created + years * _YEAR, UTC)
    key = ensure(context, pool.id)["id"]
    with context.unit.released():
        return certificates.self_signed(key, pool.id, since)


def provide(context: Context, pool_id: str) -> None:
    """Give a new pool its keys where the reserve has them; else its first token or key set does, so nobody waits."""
    spare = context.world.key_reserve.spare(len(USES))
    if spare:
        _keep(context, pool_id, spare)


def _keep(context: Context, pool_id: str, keys: list[SigningKey]) -> dict[str, SigningKey]:
    made = dict(zip(USES, keys, strict=True))
    for use, key in made.items():
        sealed = context.vault.seal(key.pem, key.kid)
        context.unit.pool_keys.add(PoolKey(key.kid, pool_id, use, sealed, context.now))
    return made
