"""The life of an identity: begun as a guest or by a login, given further logins, merged with another.

A login (a user of a provider) leads to one identity of a pool, always; an identity has one login of a provider.
"""

from __future__ import annotations

from collections.abc import Sequence

from emulator.context import Context
from emulator.domain.identities.logins import Proven
from emulator.domain.pools import regions
from emulator.faults import NotAuthorizedException, ResourceConflictException, ResourceNotFoundException
from keys import entropy
from storage.records.identities import Identity, IdentityPool, Login

_MOST_LOGINS = 20


def named(context: Context, identity_id: str) -> Identity:
    """The identity with that id, in whatever pool of the caller's region."""
    identity, missing = context.unit.identities.get(identity_id), f"Identity '{identity_id}' not found."
    if identity is None:
        raise ResourceNotFoundException(missing)
    regions.check(context, regions.of_id(identity_id), missing)
    return identity


def begin_guest(context: Context, pool: IdentityPool) -> Identity:
    """A new guest, where the pool lets guests in. Callers keep the id: each call gives another."""
    _require_guests(pool)
    return _begin(context, pool)


def of_logins(context: Context, pool: IdentityPool, proven: Sequence[Proven]) -> Identity:
    """The identity of these logins, which becomes one where they had several.

    AWS unknown: which of several survives; the owner of the login whose provider the pool names first does here.
    """
    owners = _owners(context, pool, proven)
    if owners:
        return _joined(context, owners[0], owners[1:], proven)
    return _joined(context, _begin(context, pool), [], proven)


def entitled(context: Context, pool: IdentityPool, identity: Identity, proven: Sequence[Proven]) -> Identity:
    """The identity that gets credentials where a caller names `identity` and proves these logins.

    It may be another one: a login that belongs to another identity merges `identity` into that. AWS unknown: which
    of two authenticated identities survives, and what a disabled one is told.
    """
    linked = context.unit.identities.logins(identity)
    if not identity.enabled or (linked and not proven):
        raise NotAuthorizedException(f"Access to Identity '{identity.id}' is forbidden.")
    if not proven:
        _require_guests(pool)
        return identity
    owners = _owners(context, pool, proven)
    if linked and identity not in owners:
        raise NotAuthorizedException(
            "Logins don't match. Please include at least one valid login for this identity or identity pool."
        )
    others = [owner for owner in owners if owner != identity]
    if not others:
        return _joined(context, identity, [], proven)
    return _joined(context, others[0], [*others[1:], identity], proven)


def _require_guests(pool: IdentityPool) -> None:
    if not pool.settings["AllowUnauthenticatedIdentities"]:
        raise NotAuthorizedException("Unauthenticated access is not supported for this identity pool.")


def _begin(context: Context, pool: IdentityPool) -> Identity:
    identity_id = f"{pool.region}:{entropy.uuid(context.world.entropy)}"
    return context.unit.identities.add(Identity(identity_id, pool.id, True, context.now, context.now))


def _owners(context: Context, pool: IdentityPool, proven: Sequence[Proven]) -> list[Identity]:
    """The identities that have these logins, each once."""
    unit = context.unit
    known = [unit.identities.login(pool.id, login.provider, login.subject) for login in proven]
    return [named(context, identity_id) for identity_id in dict.fromkeys(login.identity_id for login in known if login)]


def _joined(context: Context, winner: Identity, losers: Sequence[Identity], proven: Sequence[Proven]) -> Identity:
    """The winner with the logins of the losers, which are disabled, and those that were proven."""
    unit, now = context.unit, context.now
    linked = {
        (login.provider, login.subject) for identity in (winner, *losers) for login in unit.identities.logins(identity)
    }
    fresh = {(login.provider, login.subject) for login in proven} - linked
    _check_joinable(linked | fresh)
    for loser in losers:
        unit.identities.merge(loser, winner, now)
    for provider, subject in sorted(fresh):
        unit.identities.link(Login(winner.pool_id, provider, subject, winner.id))
    return unit.identities.touch(winner, now) if fresh or losers else winner


def _check_joinable(logins: set[tuple[str, str]]) -> None:
    """One login of a provider, and no more than AWS links.

    AWS unknown: the words of ResourceConflictException where logins conflict.
    """
    providers = [provider for provider, _ in logins]
    doubled = sorted({provider for provider in providers if providers.count(provider) > 1})
    if doubled:
        raise ResourceConflictException(f"Another login of {doubled[0]} is linked to this identity.")
    if len(logins) > _MOST_LOGINS:
        raise ResourceConflictException(f"An identity cannot have more than {_MOST_LOGINS} logins.")
