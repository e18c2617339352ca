"""The life of an identity: found by its logins, linked, merged (AWS: "Identity pools", GetId)."""

from __future__ import annotations

from collections.abc import Sequence

from emulator.context import Context
from emulator.domain.logins import Proof
from emulator.faults import (
    NotAuthorizedException,
    ResourceConflictException,
    ResourceNotFoundException,
)
from keys import entropy
from storage.records.identities import Identity, IdentityPool, Login

NO_GUESTS = "Unauthenticated access is not supported for this identity pool."
_NO_MATCH = "Logins don't match. Please include at least one valid login for this identity or identity pool."


def new(context: Context, pool: IdentityPool) -> Identity:
    """A new identity in a pool. Its id says the pool's region, and nothing else of the pool."""
    identity_id = f"{pool.region}:{entropy.uuid(context.world.entropy)}"
    return context.unit.identities.add(Identity(identity_id, pool.id, True, context.now, context.now))


def check_guests(pool: IdentityPool) -> None:
    """Refuse guests where the pool does not take them."""
    if not pool.settings["AllowUnauthenticatedIdentities"]:
        raise NotAuthorizedException(NO_GUESTS)


def of_logins(context: Context, pool: IdentityPool, proofs: Sequence[Proof]) -> Identity:
    """The identity of somebody who proved these logins: the same as ever, or a new one.

    Logins that are given together are linked; identities that they joined are merged.
    """
    owners = [owner for owner in (_owner(context, pool, proof) for proof in proofs) if owner]
    identity = owners[0] if owners else new(context, pool)
    return _joined(context, pool, identity, proofs)


def proved(context: Context, identity_id: str, pool: IdentityPool, proofs: Sequence[Proof]) -> Identity:
    """The identity that a caller who names `identity_id` and proves these logins acts as.

    Usually that identity; another where a login belongs to it, which then takes over.
    """
    identity = found(context, identity_id)
    linked = context.unit.identities.logins(identity)
    if not identity.enabled:
        raise NotAuthorizedException(f"Access to Identity '{identity_id}' is forbidden.", "it was merged away")
    if not proofs:
        if linked:
            raise NotAuthorizedException(f"Access to Identity '{identity_id}' is forbidden.", "no login was given")
        check_guests(pool)
        return identity
    known = {(login.provider, login.subject) for login in linked}
    if linked and not any((proof.provider, proof.subject) in known for proof in proofs):
        raise NotAuthorizedException(_NO_MATCH)
    return _joined(context, pool, identity, proofs)


def found(context: Context, identity_id: str) -> Identity:
    """The identity with that id. Raises ResourceNotFoundException."""
    identity = context.unit.identities.get(identity_id)
    if identity is None:
        raise ResourceNotFoundException(f"Identity '{identity_id}' not found.")
    return identity


def _owner(context: Context, pool: IdentityPool, proof: Proof) -> Identity | None:
    login = context.unit.identities.login(pool.id, proof.provider, proof.subject)
    return context.unit.identities.get(login.identity_id) if login else None


def _joined(context: Context, pool: IdentityPool, identity: Identity, proofs: Sequence[Proof]) -> Identity:
    """The identity with every proved login linked to it.

    AWS unknown: who survives a merge of two identities with logins; the owner of the login that joins does.
    """
    for proof in proofs:
        owner = _owner(context, pool, proof)
        if owner is None:
            _check_conflict(context, identity, proof)
            context.unit.identities.link(Login(pool.id, proof.provider, proof.subject, identity.id))
            identity = context.unit.identities.touch(identity, context.now)
        elif owner.id != identity.id:
            _check_mergeable(context, identity, owner)
            context.unit.identities.merge(identity, owner, context.now)
            identity = owner
    return identity


def _check_conflict(context: Context, identity: Identity, proof: Proof) -> None:
    """One login for each provider. AWS unknown: the words."""
    if proof.provider in {login.provider for login in context.unit.identities.logins(identity)}:
        raise ResourceConflictException(f"The identity is already linked to another login of {proof.provider}.")


def _check_mergeable(context: Context, loser: Identity, winner: Identity) -> None:
    taken = {login.provider for login in context.unit.identities.logins(winner)}
    for login in context.unit.identities.logins(loser):
        if login.provider in taken:
            raise ResourceConflictException(f"Both identities are linked to a login of {login.provider}.")
