"""Identities: created for guests or for logins, linked to further logins, merged.

A login is a user of an identity provider. Each login has one identity in a pool; an identity has at most one login of a
provider.
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
    """The identity with that id, in any pool of the caller's region. Raises ResourceNotFoundException."""
    identity, missing = context.unit.identities.get(identity_id), f"Identity '{identity_id}' not found."
    if identity is None:
        raise ResourceNotFoundException(missing)
    regions.check(context, regions.of_id(identity_id), missing)
    return identity


def begin_guest(context: Context, pool: IdentityPool) -> Identity:
    """Store and return a new guest identity. Raises NotAuthorizedException if the pool does not allow guests."""
    _require_guests(pool)
    return _begin(context, pool)


def of_logins(context: Context, pool: IdentityPool, proven: Sequence[Proven]) -> Identity:
    """The identity of these logins, created if there is none; logins that it lacks are linked to it.

    If the logins belong to several identities, these are merged into one, and the others are disabled. Raises
    ResourceConflictException if an identity would have two logins of one provider, or too many logins.
    """
    # AWS unknown: which identity GetId keeps when the logins belong to several. Here it is the owner of the login whose
    # provider the identity pool lists first.
    owners = _owners(context, pool, proven)
    if owners:
        return _joined(context, owners[0], owners[1:], proven)
    return _joined(context, _begin(context, pool), [], proven)


def entitled(context: Context, pool: IdentityPool, identity: Identity, proven: Sequence[Proven]) -> Identity:
    """The identity that gets credentials when a caller names `identity` and proves these logins, none as a guest.

    Logins that the identity lacks are linked to it. A login that belongs to another identity merges `identity` into
    that one. Raises NotAuthorizedException if the logins do not match, the identity is disabled, or the pool allows no
    guests; ResourceConflictException as `of_logins`.
    """
    # AWS unknown: which of two authenticated identities GetCredentialsForIdentity keeps when it merges them, and the
    # message of NotAuthorizedException for a disabled identity.
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
    """The identities that have these logins, without duplicates."""
    unit = context.unit
    known = [unit.identities.login(pool.id, login.provider, login.subject) for login in proven]
    return [named(context, identity_id) for identity_id in dict.fromkeys(login.identity_id for login in known if login)]


def _joined(context: Context, winner: Identity, losers: Sequence[Identity], proven: Sequence[Proven]) -> Identity:
    """The winner, with the losers' logins and the proven ones linked to it. The losers are disabled."""
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
    """Raise ResourceConflictException if an identity would have two logins of one provider, or too many logins."""
    # AWS unknown: the message of ResourceConflictException in GetId and GetCredentialsForIdentity when logins conflict.
    providers = [provider for provider, _ in logins]
    doubled = sorted({provider for provider in providers if providers.count(provider) > 1})
    if doubled:
        raise ResourceConflictException(f"Another login of {doubled[0]} is linked to this identity.")
    if len(logins) > _MOST_LOGINS:
        raise ResourceConflictException(f"An identity cannot have more than {_MOST_LOGINS} logins.")
