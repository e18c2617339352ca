"""Identities: created for guests or for logins, linked to further logins, merged.

A login is a user of an identity provider. Each login has one identity in a pool; an identity has at most one login of a
provider, but any number of the developer provider's.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from emulator.context import Context
from emulator.domain.identities import login_refusals
from emulator.domain.identities.proven import Proven
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
        return _joined(context, pool, owners, proven)
    return _joined(context, pool, [_begin(context, pool)], proven)


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
        raise login_refusals.forbidden(identity.id)
    if not proven:
        _require_guests(pool)
        return identity
    owners = _owners(context, pool, proven)
    if linked and identity not in owners:
        raise login_refusals.no_match()
    return _joined(context, pool, [*(owner for owner in owners if owner != identity), identity], proven)


def unlink(context: Context, identity: Identity, proven: Sequence[Proven], providers: Collection[str]) -> None:
    """Detach the logins of these providers from an identity, one of whose logins the caller proves.

    An identity without logins is disabled. Raises NotAuthorizedException if none of the proven logins is linked to it.
    """
    # AWS unknown: what UnlinkIdentity does with a provider that is not linked to the identity (here nothing), and
    # whether a login may be removed that is not among Logins (here it may).
    if not identity.enabled:
        raise login_refusals.forbidden(identity.id)
    linked = context.unit.identities.logins(identity)
    known = {(login.provider, login.subject) for login in linked}
    if not known & {(login.provider, login.subject) for login in proven}:
        raise login_refusals.no_match()
    detach(context, identity, [login for login in linked if login.provider in providers])


def detach(context: Context, identity: Identity, logins: Sequence[Login]) -> None:
    """Remove logins of an identity. An identity that has none left is disabled: nobody can get into it again."""
    # AWS unknown: whether ListIdentities with HideDisabled shows identities without logins. Here it does not, unless
    # they are guests.
    repository = context.unit.identities
    for login in logins:
        repository.unlink(login)
    if logins:
        repository.touch(identity, context.now, enabled=bool(repository.logins(identity)))


def merge(context: Context, pool: IdentityPool, winner: Identity, loser: Identity) -> None:
    """Move the logins of one identity to another, and disable it. Raises ResourceConflictException as `of_logins`."""
    _joined(context, pool, [winner, loser], [])


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


def _joined(context: Context, pool: IdentityPool, several: Sequence[Identity], proven: Sequence[Proven]) -> Identity:
    """The first identity, with the others' logins and the proven ones linked to it. The others are disabled."""
    unit, now = context.unit, context.now
    winner, losers = several[0], several[1:]
    linked = {(login.provider, login.subject) for identity in several for login in unit.identities.logins(identity)}
    fresh = {(login.provider, login.subject) for login in proven} - linked
    if fresh or losers:
        _check_joinable(linked | fresh, pool.settings.get("DeveloperProviderName"))
    for loser in losers:
        unit.identities.merge(loser, winner, now)
    for provider, subject in sorted(fresh):
        unit.identities.link(Login(winner.pool_id, provider, subject, winner.id))
    return unit.identities.touch(winner, now) if fresh or losers else winner


def _check_joinable(logins: set[tuple[str, str]], developer: str | None) -> None:
    """Raise ResourceConflictException if an identity would have two logins of one provider, or too many logins.

    Of the developer provider, named `developer`, it may have several.
    """
    # AWS unknown: the message of ResourceConflictException in GetId and GetCredentialsForIdentity when logins conflict.
    providers = [provider for provider, _ in logins if provider != developer]
    doubled = sorted({provider for provider in providers if providers.count(provider) > 1})
    if doubled:
        raise ResourceConflictException(f"Another login of {doubled[0]} is linked to this identity.")
    if len(logins) > _MOST_LOGINS:
        raise ResourceConflictException(f"An identity cannot have more than {_MOST_LOGINS} logins.")
