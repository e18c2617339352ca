"""SRP verifiers, with which a client can prove that it knows a password without sending the password.

A verifier is made whenever a password is set. It is stored encrypted, since passwords can be tried against it.
"""

from __future__ import annotations

from msgspec import Struct

from emulator.context import Context
from emulator.domain.accounts import usernames
from keys import entropy, srp
from storage.records.pools import Pool
from storage.records.users import User


class Verifier(Struct, frozen=True):
    """The SRP verifier of a user's password or of a device's secret, with its salt.

    `identity` is the text that SRP hashes together with the password, see `identity` below; `number` is the verifier
    g^x mod N, 384 bytes.
    """

    identity: str
    salt: bytes
    number: bytes


def make(context: Context, user: User, password: str) -> bytes:
    """Make the verifier of a password with a new salt, and return both, encrypted, for the user's record.

    Takes about a millisecond and does not use the database.
    """
    salt = context.world.entropy.token_bytes(srp.SALT_BYTES)
    number = srp.verifier(identity(user.pool_id, user.username), password, salt)
    return sealed(context, user, salt, number)


def sealed(context: Context, user: User, salt: bytes, number: bytes) -> bytes:
    """The verifier `number` of a password of the user's, with its salt, encrypted for the user's record."""
    return context.vault.seal(salt + number, _purpose(user))


def of(context: Context, user: User) -> Verifier | None:
    """Decrypt a user's verifier; None without a password, or for a password from before verifiers were stored."""
    if user.verifier is None:
        return None
    opened = context.vault.open(user.verifier, _purpose(user))
    return Verifier(identity(user.pool_id, user.username), opened[: srp.SALT_BYTES], opened[srp.SALT_BYTES :])


def seeming(context: Context, pool: Pool, username: str) -> Verifier:
    """The fake verifier of a username that no user has: the same each time, so that SRP does not show who exists."""
    drawn = [context.vault.mac(_message("verifier", n, pool, username)) for n in range(13)]
    number = int.from_bytes(b"".join(drawn[1:]), "big") % srp.N
    return Verifier(identity(pool.id, username), drawn[0][: srp.SALT_BYTES], number.to_bytes(srp.VERIFIER_BYTES, "big"))


def seeming_name(context: Context, pool: Pool, typed: str) -> str:
    """A deterministic fake username for an unknown user.

    It looks like a `sub` in a pool whose usernames are `sub`s, or where `typed` has the form of an alias.
    """
    kinds = usernames.alias_kinds(pool.settings, typed)
    key = usernames.fold(pool.settings, "username", typed)
    is_address = any(kind != "preferred_username" for kind in kinds)
    if not is_address and not pool.settings.get("UsernameAttributes"):
        return key
    seed = context.vault.mac(_message("username", 0, pool, key))
    return entropy.sub(entropy.SeededEntropy(int.from_bytes(seed, "big")))


def identity(pool_id: str, username: str) -> str:
    """The text that Cognito's clients hash with a password: the part of the pool id after `_`, then the username."""
    return pool_id.partition("_")[2] + username


def _purpose(user: User) -> str:
    return f"verifier:{user.sub}"


def _message(what: str, number: int, pool: Pool, name: str) -> bytes:
    return f"seeming {what} {number} {pool.id} {name}".encode("utf-8", "surrogatepass")
