"""What is to be said of a token that a developer has at hand: whose it is, and why it is or is not accepted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from emulator.context import Context
from emulator.domain.access import bearers, signing_keys
from emulator.domain.identities import open_id_tokens
from emulator.domain.identities.token_problems import Expired, TokenProblem
from emulator.durations import iso
from keys import signing

_POOL_ID = re.compile(r"[a-zA-Z0-9_-]{1,55}")


class Finding(Struct, frozen=True):
    """One thing that was checked. `good` is None for what is neither good nor bad."""

    words: str
    good: bool | None


class Inspected(Struct, frozen=True):
    """A token, decoded, and what was found. `pool` and `user` are those of a user pool of this server."""

    header: dict[str, Any]
    claims: dict[str, Any]
    findings: list[Finding]
    pool: str | None = None
    user: str | None = None

    @property
    def is_accepted(self) -> bool:
        """Whether nothing is wrong with it."""
        return all(finding.good is not False for finding in self.findings)


def inspect(context: Context, token: str) -> Inspected:
    """Decode and check a JWT. Raises `keys.signing.Unreadable` for what is none."""
    read = signing.read(token)
    if read.claims.get("iss") == open_id_tokens.ISSUER:
        return Inspected(read.header, read.claims, list(_of_identity_pool(context, token)))
    pool_id = bearers.pool_id(read.claims)
    pool = context.unit.pools.get(pool_id) if _POOL_ID.fullmatch(pool_id) else None
    if pool is None:
        words = "Its issuer is no user pool of this server, so that its signature cannot be verified here."
        return Inspected(read.header, read.claims, [Finding(words, False), *_times(context, read.claims)])
    signed = _signature(context, pool_id, read)
    findings = [signed, *_times(context, read.claims)]
    user = None
    if signed.good:
        found = context.unit.users.with_sub(pool_id, str(read.claims.get("sub", "")))
        user = found.username if found else None
        findings += _subject(context, read.claims, user)
    return Inspected(read.header, read.claims, findings, pool.id, user)


def _of_identity_pool(context: Context, token: str) -> Iterator[Finding]:
    try:
        claims = open_id_tokens.open_token(context, token)
    except Expired as problem:
        yield Finding("Signed by this server's key of identity pools.", True)
        yield Finding(f"Expired: {problem}", False)
    except TokenProblem as problem:
        yield Finding(f"Refused: {problem}", False)
    else:
        yield Finding("Signed by this server's key of identity pools.", True)
        is_there = context.unit.identity_pools.get(claims.pool_id) is not None
        yield Finding(f"The identity pool {claims.pool_id} {'exists' if is_there else 'does not exist'}.", is_there)


def _signature(context: Context, pool_id: str, token: signing.Unverified) -> Finding:
    keys = signing_keys.of(context, pool_id)
    use = next((use for use, key in keys.items() if key.kid == token.header.get("kid")), None)
    if use is None:
        return Finding(f"No key of {pool_id} has its kid.", False)
    try:
        context.world.key_ring.verify(keys.values(), token)
    except (signing.Unreadable, signing.BadSignature) as problem:
        return Finding(f"Its signature is wrong: {problem}.", False)
    return Finding(f"Signed by the key of {use} tokens of {pool_id}.", True)


def _times(context: Context, claims: dict[str, Any]) -> Iterator[Finding]:
    """Whether it has expired, by the server's clock."""
    end = claims.get("exp")
    if isinstance(end, bool) or not isinstance(end, int | float):
        yield Finding("It has no exp.", None)
    elif end <= context.now:
        yield Finding(f"Expired: the server's clock says {iso(context.now)}.", False)
    else:
        yield Finding(f"Not expired: the server's clock says {iso(context.now)}.", True)


def _subject(context: Context, claims: dict[str, Any], user: str | None) -> Iterator[Finding]:
    """Whether the app client and the user of a token of ours are there, and it was not revoked."""
    client = claims.get("client_id", claims.get("aud"))
    if context.unit.clients.get(str(client)) is None:
        yield Finding(f"The app client {client} does not exist.", False)
    if claims.get("sub") == claims.get("client_id"):
        yield Finding("It is a client's own: there is no user, and it cannot be revoked.", None)
        return
    if user is None:
        yield Finding("The user does not exist.", False)
        return
    family = bearers.family_of(context, claims) if claims.keys() & {"origin_jti", "event_id"} else None
    if family is None or family.revoked:
        yield Finding("Revoked: its sign-in was ended.", False)
    else:
        yield Finding("Not revoked.", True)
