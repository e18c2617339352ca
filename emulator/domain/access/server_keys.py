"""The signing keys of the server itself, which belong to no pool: one for each use, made when it is first needed."""

from __future__ import annotations

from collections.abc import Callable

from emulator.context import Context
from emulator.outside import turns
from keys.signing import SigningKey
from keys.vault import Vault
from storage.records.identities import ServerKey

IDENTITY_TOKENS = "identity tokens"
"""The use of the key that signs the tokens of identity pools."""


def of(context: Context, use: str) -> SigningKey | None:
    """The key for a use; None if there is none yet."""
    stored = context.unit.server_keys.get(use)
    return opened(context.vault, stored) if stored else None


def opened(vault: Vault, stored: ServerKey) -> SigningKey:
    """A stored key, decrypted."""
    return SigningKey(stored.kid, vault.open_key(stored.sealed, stored.kid))


def ensure(context: Context, use: str, generate: Callable[[], SigningKey] | None = None) -> SigningKey:
    """The key for a use. Where there is none, it is made now and committed: by `generate`, else an RSA key.

    Generating a key takes long, so the connection is released meanwhile: raises RuntimeError if the unit has written.
    """
    key = of(context, use)
    if key is None:
        with context.unit.released(), turns.computing():
            made = generate() if generate else context.world.key_reserve.take()
        key = of(context, use) or _store(context, use, made)
        context.unit.commit()
    return key


def provide(context: Context, use: str) -> None:
    """Store a key for a use that has none, if the reserve has one. Otherwise `ensure` generates it."""
    if context.unit.server_keys.get(use) is None:
        for spare in context.world.key_reserve.spare(1):
            _store(context, use, spare)


def _store(context: Context, use: str, made: SigningKey) -> SigningKey:
    """Store a new key. Its id begins with the region, as the ids of AWS's keys for identity pools do."""
    key = SigningKey(f"{context.settings.region}-{made.kid}", made.pem)
    context.unit.server_keys.add(ServerKey(use, key.kid, context.vault.seal(key.pem, key.kid), context.now))
    return key
