"""The temporary AWS credentials that were issued and have not expired, for look-ups by their access key."""

from __future__ import annotations

from storage.records.identities import IssuedCredentials
from storage.repositories.repository import Repository, columns_of, inserting, values_of
from storage.tables.issued_credentials import issued_credentials


class IssuedCredentialsRepository(Repository[IssuedCredentials]):
    """The issued credentials of all accounts, without their secrets."""

    table = issued_credentials
    record = IssuedCredentials
    columns = columns_of(IssuedCredentials)
    shared = True

    def add(self, issued: IssuedCredentials) -> None:
        """Insert credentials."""
        self.unit.write(inserting(issued_credentials), values_of(issued))

    def get(self, access_key: str) -> IssuedCredentials | None:
        """The credentials with that access key, expired or not; None if they are unknown."""
        return self._one(access_key=access_key)

    def sweep(self, before: float, limit: int) -> int:
        """Delete up to `limit` credentials that expired before a time. Returns how many were deleted."""
        return self._sweep(issued_credentials.c.expires, before, limit)
