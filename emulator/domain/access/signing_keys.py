"""The signing keys of a pool: two, one for ID tokens and one for access tokens."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from emulator.context import Context
from emulator.outside import turns
from keys import certificates
from keys.signing import SigningKey
from keys.vault import Vault
from storage.records.pools import Pool, PoolKey
from storage.violations import StaleRead

USES = ("id", "access")
_YEAR = 365.25 * 86_400


def of(context: Context, pool_id: str) -> dict[str, SigningKey]:
    """The keys of a pool by use ("access", "id"), always in that order; empty if the pool has none yet."""
    return opened(context.vault, context.unit.pool_keys.of(pool_id).values())


def opened(vault: Vault, stored: Iterable[PoolKey]) -> dict[str, SigningKey]:
    """Stored keys, decrypted, by use."""
    return {key.use: SigningKey(key.kid, vault.open_key(key.sealed, key.kid)) for key in stored}


def ensure(context: Context, pool_id: str) -> dict[str, SigningKey]:
    """The keys of a pool, as `of`. A pool without keys gets them now, and they are committed.

    Generating a key takes long, so the connection is released meanwhile: raises RuntimeError if the unit has written.
    Operations that issue tokens call this before they write, and again in the transaction that stores the tokens: the
    pool may have been deleted and made again under the same id, or a seed may have changed its keys. Raises StaleRead
    if it has none any more, and the unit has written.
    """
    known, stored = context.signing_keys.get(pool_id), context.unit.pool_keys.of(pool_id)
    if known and [key.kid for key in known.values()] == [key.kid for key in stored.values()]:
        return known
    pool_keys = opened(context.vault, stored.values())
    if not pool_keys:
        if known and context.unit.written:
            raise StaleRead
        with context.unit.released(), turns.computing():
            made = [context.world.key_reserve.take() for _ in USES]
        pool_keys = of(context, pool_id) or _store(context, pool_id, made)
        context.unit.commit()
    context.signing_keys[pool_id] = pool_keys
    return pool_keys


def saml(context: Context, pool_id: str) -> SigningKey:
    """The key that signs a pool's SAML messages, whose certificate is that of `certificate`. Made as by `ensure`."""
    return ensure(context, pool_id)["id"]


def certificate(context: Context, pool: Pool) -> str:
    """A self-signed certificate of the pool's key for SAML messages: DER in base64. Every year has a new one.

    Years count from the pool's creation. Releases the connection: raises RuntimeError if the unit has written.
    """
    # AWS unknown: whether the certificate of GetSigningCertificate, for SAML requests, is of a key of its own. Here it
    # is the key of ID tokens, also after a year.
    years = max(0, int((context.now - pool.created) // _YEAR))
    since = datetime.fromtimestamp(pool.created + years * _YEAR, UTC)
    key = saml(context, pool.id)
    with context.unit.released():
        return certificates.self_signed(key, pool.id, since)


def provide(context: Context, pool_id: str) -> None:
    """Store keys for a new pool: those that the context knows (a seed has them), or else some of the reserve.

    If that has none, `ensure` generates them at their first use.
    """
    known = context.signing_keys.get(pool_id)
    spare = [known[use] for use in USES] if known else context.world.key_reserve.spare(len(USES))
    if spare:
        _store(context, pool_id, spare)


def _store(context: Context, pool_id: str, keys: list[SigningKey]) -> dict[str, SigningKey]:
    """Store new keys, and return what `of` returns from now on."""
    made = dict(sorted(zip(USES, keys, strict=True)))
    for use, key in made.items():
        sealed = context.vault.seal_key(key.pem, key.kid)
        context.unit.pool_keys.add(PoolKey(key.kid, pool_id, use, sealed, context.now))
    return made
