"""New token families, and what begins them."""

from __future__ import annotations

from typing import NamedTuple

from emulator.context import Context
from emulator.domain.factors import levels
from emulator.domain.pools import client_settings
from emulator.domain.tokens.grants import Authentication, Grant
from keys import entropy
from storage.records.pools import Pool
from storage.records.sign_ins import Family

DAY = 86_400
"""How many seconds a family outlives its refresh token."""


class Ids(NamedTuple):
    """The ids of a new family and its first tokens. `jtis` are those of the access and the ID token."""

    origin_jti: str
    event_id: str
    jtis: tuple[str, str]


def draw_ids(context: Context) -> Ids:
    """Ids for a new family, at random."""
    source = context.world.entropy
    return Ids(entropy.uuid(source), entropy.uuid(source), draw_jtis(context))


def draw_jtis(context: Context) -> tuple[str, str]:
    """The `jti` of an access and of an ID token, at random."""
    return entropy.uuid(context.world.entropy), entropy.uuid(context.world.entropy)


def by_password(context: Context, pool: Pool) -> Authentication:
    """An authentication by a password alone, now."""
    return Authentication(int(context.now), levels.details(pool, {"first": "PASSWORD"}))


def new(context: Context, grant: Grant, ids: Ids, authentication: Authentication, session: str | None = None) -> Family:
    """A family that begins now, with the id of its tracked session, if it is one. It is not stored yet."""
    now = context.now
    access, identity, lifetime = client_settings.lifetimes(grant.client.settings)
    ends = now + (lifetime if grant.refreshable else max(access, identity))
    return Family(
        origin_jti=ids.origin_jti,
        event_id=ids.event_id,
        pool_id=grant.pool.id,
        client_id=grant.client.id,
        user_id=grant.owner.id,
        auth_time=authentication.time,
        expires=ends + DAY,
        device_key=authentication.device_key,
        active=now,
        session=session,
        details=authentication.details | grant.details | ({"Ends": ends} if session else {}),
    )
