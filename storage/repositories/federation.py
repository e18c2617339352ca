"""Sign-ins at identity providers that are under way, and SAML assertions that were used."""

from __future__ import annotations

import json

from keys import opaque
from storage.records.federation import FederatedSignIn, UsedAssertion
from storage.repositories.repository import Repository, columns_of, deleting, inserting, values_of
from storage.tables.federation import federated_sign_ins, used_assertions


class FederatedSignInRepository(Repository[FederatedSignIn]):
    """The sign-ins at identity providers of all pools, by the digest of their state."""

    table = federated_sign_ins
    record = FederatedSignIn
    columns = columns_of(FederatedSignIn)
    shared = True  # a sign-in is spent by one DELETE, which only the first call does

    def add(self, sign_in: FederatedSignIn) -> None:
        """Insert a sign-in. Raises `StaleRead` when its provider or its client is gone."""
        self.unit.write(inserting(federated_sign_ins), values_of(sign_in))

    def get(self, digest: str) -> FederatedSignIn | None:
        """The sign-in by the digest of its state, expired or not."""
        return self._one(digest=digest)

    def spend(self, digest: str) -> bool:
        """Delete a sign-in, since its browser is back. False when another call was first."""
        return self.unit.write(deleting(federated_sign_ins, "digest"), {"this_digest": digest}).rowcount == 1

    def sweep(self, before: float, limit: int) -> int:
        """Delete up to `limit` sign-ins that expired before a time. Returns how many were deleted."""
        return self._sweep(federated_sign_ins.c.expires, before, limit)


class UsedAssertionRepository(Repository[UsedAssertion]):
    """The SAML assertions that were used, of all pools."""

    table = used_assertions
    record = UsedAssertion
    columns = columns_of(UsedAssertion)

    def add(self, pool_id: str, provider: str, assertion_id: str, expires: float) -> None:
        """Note that an assertion of a provider was used. Raises `UniqueViolation` when it was used before."""
        digest = opaque.digest(json.dumps([pool_id, provider, assertion_id]))
        self.unit.write(inserting(used_assertions), values_of(UsedAssertion(digest, pool_id, expires)))

    def sweep(self, before: float, limit: int) -> int:
        """Delete up to `limit` notes that expired before a time. Returns how many were deleted."""
        return self._sweep(used_assertions.c.expires, before, limit)
