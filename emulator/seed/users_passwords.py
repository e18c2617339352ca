"""Passwords of users in a seed, hashed by several threads before anything is written."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from msgspec import Struct

from emulator.domain.accounts import accounts
from emulator.domain.credentials import password_policy, verifiers
from emulator.faults import Fault
from emulator.outside import turns
from emulator.seed import users_entries, users_hashes
from emulator.seed.entries import Entry
from emulator.seed.seeding import Seeding
from keys import entropy, passwords, srp
from storage.records.pools import Pool
from storage.records.users import User

_CLEAR = ("Password", "TemporaryPassword")


class Hashed(Struct, frozen=True):
    """A hashed password: its digest, and the SRP verifier with its salt. `identity` is what SRP hashes with it."""

    digest: str
    identity: str
    salt: bytes
    number: bytes


class Prepared(Struct, frozen=True):
    """What is computed for an entry before: the `sub` that a new user will have, and the password."""

    sub: str
    password: Hashed | None


def clear(entry: Entry) -> str | None:
    """The clear password that the entry names."""
    return next((str(entry.members[name]) for name in _CLEAR if name in entry.members), None)


def prepare(seeding: Seeding, entries: list[Entry]) -> None:
    """Draw the `sub` of new users, and hash the passwords of entries."""
    for entry in entries:
        entry.prepared = Prepared(_sub(seeding, entry), None)
    with_password = [entry for entry in entries if clear(entry) is not None]
    threads = min((os.cpu_count() or 1) + 1, len(with_password))  # one more, since verifiers wait for each other
    if not threads:
        return
    with ThreadPoolExecutor(threads) as executor:
        for _ in executor.map(lambda first: _hash_all(seeding, with_password[first::threads]), range(threads)):
            pass


def prepared(seeding: Seeding, entry: Entry) -> Prepared:
    """What `prepare` has computed, or would have."""
    if entry.prepared is None:
        prepare(seeding, [entry])
    found: Prepared = entry.prepared
    return found


def stored(seeding: Seeding, entry: Entry, pool: Pool, user: User) -> dict[str, Any]:
    """The fields of a user's record for the password that the entry names; none if it names none. Raises SeedError.

    `user` is the one who is to have the password, stored or not.
    """
    password = clear(entry)
    if password is not None:
        _check(entry, pool, password)
        made = prepared(seeding, entry).password or _hash(seeding, entry.top.id or "", user.username, password)
        if made.identity != verifiers.identity(pool.id, user.username):
            made = Hashed(made.digest, *_verifier(seeding, pool.id, user.username, password))
        verifier = verifiers.sealed(seeding.context, user, made.salt, made.number)
        return {"password": made.digest, "verifier": verifier, "password_set": seeding.now}
    if "PasswordHash" not in entry.members:
        return {}
    kept = users_hashes.stored(entry.members["PasswordHash"])
    return {"password": kept, "verifier": _given(seeding, entry, pool, user), "password_set": seeding.now}


def _check(entry: Entry, pool: Pool, password: str) -> None:
    try:
        password_policy.check(password, pool.settings)
    except Fault as fault:
        raise entry.error(fault.message or fault.code, next(name for name in _CLEAR if name in entry.members)) from None


def _given(seeding: Seeding, entry: Entry, pool: Pool, user: User) -> bytes | None:
    """The verifier that an export has; None without one, or if the export is of a pool with another id.

    A user without a verifier gets one at the first sign-in with the plain password.
    """
    # Unlike AWS: InitiateAuth with USER_SRP_AUTH refuses a user of a seed whose PasswordHash is another system's, until
    # a first sign-in with the plain password: a verifier cannot be computed from a hash. AWS has no such users.
    text = secret(seeding, entry, "Verifier", purpose("verifier", user))
    if text is None:
        return None
    try:
        suffix, salt, number = text.split(":")
        parts = bytes.fromhex(salt), bytes.fromhex(number)
    except ValueError:
        raise entry.error("it is no verifier of an export", "Verifier") from None
    if [len(part) for part in parts] != [srp.SALT_BYTES, srp.VERIFIER_BYTES]:
        raise entry.error("it is no verifier of an export", "Verifier")
    if suffix != verifiers.identity(pool.id, ""):
        return None
    return verifiers.sealed(seeding.context, user, *parts)


def shown(verifier: verifiers.Verifier, pool: Pool) -> str:
    """A verifier as an export has it."""
    return f"{verifiers.identity(pool.id, '')}:{verifier.salt.hex()}:{verifier.number.hex()}"


def secret(seeding: Seeding, entry: Entry, member: str, what: str) -> str | None:
    """A member that an export has in clear, or sealed as `Sealed…`; None without either. Raises SeedError."""
    sealed = entry.members.get(f"Sealed{member}")
    if sealed is not None:
        return seeding.opened(sealed, what, entry, f"Sealed{member}").decode()
    found: str | None = entry.members.get(member)
    return found


def purpose(what: str, user: User) -> str:
    """What a sealed member is sealed for: it opens for the same user alone."""
    return f"{what} of {user.sub} in {user.pool_id}"


def _sub(seeding: Seeding, entry: Entry) -> str:
    """The `sub` of a new user. One who was deleted and is made again gets another, unless it is pinned."""
    username = entry.members["Username"]
    is_sub = _has_username_attributes(entry) and accounts.looks_like_sub(username)
    return users_entries.sub(entry) or (username if is_sub else entropy.sub(seeding.world.entropy))


def _has_username_attributes(entry: Entry) -> bool:
    """Whether the usernames of the pool are `sub`s, as far as the file tells."""
    return bool(entry.top.members.get("UsernameAttributes"))


def _hash_all(seeding: Seeding, entries: list[Entry]) -> None:
    for entry in entries:
        password, made = clear(entry) or "", prepared(seeding, entry)
        username = (entry.id or made.sub) if _has_username_attributes(entry) else entry.members["Username"]
        pool_id = entry.top.id or entry.top.members.get("Id") or ""
        entry.prepared = Prepared(made.sub, _hash(seeding, pool_id, username, password))


def _hash(seeding: Seeding, pool_id: str, username: str, password: str) -> Hashed:
    cost = seeding.settings.bcrypt_cost
    if not pool_id:  # the pool is still to be made, and its id is part of what SRP hashes
        return Hashed(passwords.digest(password, cost), "", b"", b"")
    digest, verifier = turns.beside(
        lambda: passwords.digest(password, cost), lambda: _verifier(seeding, pool_id, username, password)
    )
    return Hashed(digest, *verifier)


def _verifier(seeding: Seeding, pool_id: str, username: str, password: str) -> tuple[str, bytes, bytes]:
    identity, salt = verifiers.identity(pool_id, username), seeding.world.entropy.token_bytes(srp.SALT_BYTES)
    return identity, salt, srp.verifier(identity, password, salt)
