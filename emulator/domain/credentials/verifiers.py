"""SRP verifiers: what is kept of a password, so that a client can prove that it knows it without sending it.

One is made whenever a password is set, and kept sealed: whoever has it could try passwords against it.
"""

from __future__ import annotations

from dataclasses import dataclass

from emulator.context import Context
from emulator.domain.accounts import usernames
from keys import entropy, srp
from storage.records.pools import Pool
from storage.records.users import User


@dataclass(frozen=True, slots=True)
class Verifier:
    """What the server knows of a secret: `identity` is whose it is, as SRP hashes it; `number` has 384 bytes."""

    identity: str
    salt: bytes
    number: bytes


def make(context: Context, user: User, password: str) -> bytes:
    """A verifier of that password, freshly salted and sealed. Takes about a millisecond and reads nothing."""
    salt = context.world.entropy.token_bytes(srp.SALT_BYTES)
    number = srp.verifier(identity(user.pool_id, user.username), password, salt)
    return context.vault.seal(salt + number, _purpose(user))


def of(context: Context, user: User) -> Verifier | None:
    """A user's verifier; None where they have no password, or one from before verifiers were kept."""
    if user.verifier is None:
        return None
    opened = context.vault.open(user.verifier, _purpose(user))
    return Verifier(identity(user.pool_id, user.username), opened[: srp.SALT_BYTES], opened[srp.SALT_BYTES :])


def seeming(context: Context, pool: Pool, username: str) -> Verifier:
    """The verifier that somebody without one seems to have: always the same, and of no password."""
    drawn = [context.vault.mac(_message("verifier", n, pool, username)) for n in range(13)]
    number = int.from_bytes(b"".join(drawn[1:]), "big") % srp.N
    return Verifier(identity(pool.id, username), drawn[0][: srp.SALT_BYTES], number.to_bytes(srp.VERIFIER_BYTES, "big"))


def seeming_name(context: Context, pool: Pool, typed: str) -> str:
    """The username of somebody who does not exist: always the same, and like those of the pool's users.

    Where the pool's users have their `sub` for a username, or sign in by an alias of that form, it looks like one.
    """
    kinds = usernames.alias_kinds(pool.settings, typed)
    key = usernames.fold(pool.settings, "username", typed)
    is_address = any(kind != "preferred_username" for kind in kinds)
    if not is_address and not pool.settings.get("UsernameAttributes"):
        return key
    seed = context.vault.mac(_message("username", 0, pool, key))
    return entropy.sub(entropy.SeededEntropy(int.from_bytes(seed, "big")))


def identity(pool_id: str, username: str) -> str:
    """Whose password it is, as Cognito's clients hash it: the pool's name and the username, with nothing between."""
    return pool_id.partition("_")[2] + username


def _purpose(user: User) -> str:
    return f"verifier:{user.sub}"


def _message(what: str, number: int, pool: Pool, name: str) -> bytes:
    return f"seeming {what} {number} {pool.id} {name}".encode("utf-8", "surrogatepass")
