"""Identities of identity pools, and the logins that are linked to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from sqlalchemy import select

from storage.paging import Page
from storage.records.identities import Identity, IdentityPool, Login
from storage.repositories.repository import Repository
from storage.tables import identities, identity_logins


class IdentityRepository(Repository[Identity]):
    """The identities of all identity pools."""

    table = identities
    record = Identity
    columns = ("id", "pool_id", "enabled", "created", "modified")

    def add(self, identity: Identity) -> Identity:
        """Insert an identity."""
        self.unit.write(identities.insert(), asdict(identity))
        return identity

    def get(self, identity_id: str) -> Identity | None:
        """The identity by id, in any pool."""
        return self._one(id=identity_id)

    def page(self, pool: IdentityPool, limit: int, token: str | None, *, enabled_only: bool) -> Page[Identity]:
        """The identities of a pool, by id; with `enabled_only`, without disabled ones."""
        query = self._select().where(identities.c.pool_id == pool.id)
        if enabled_only:
            query = query.where(identities.c.enabled.is_(True))
        return self._page(query, f"identities {pool.id} {enabled_only}", token, limit, "id")

    def logins(self, identity: Identity) -> list[Login]:
        """The logins that are linked to an identity."""
        return self._logins(identity_logins.c.identity_id == identity.id)

    def logins_of(self, several: Sequence[Identity]) -> list[Login]:
        """The logins that are linked to several identities."""
        return self._logins(identity_logins.c.identity_id.in_([identity.id for identity in several]))

    def login(self, pool_id: str, provider: str, subject: str) -> Login | None:
        """The login by provider and subject, None if it is linked to no identity of the pool."""
        columns = identity_logins.c
        found = self._logins(columns.pool_id == pool_id, columns.provider == provider, columns.subject == subject)
        return found[0] if found else None

    def link(self, login: Login) -> None:
        """Link a login to an identity.

        Raises `UniqueViolation` when the login is linked to an identity of the pool already.
        """
        self.unit.write(identity_logins.insert(), asdict(login))

    def merge(self, loser: Identity, winner: Identity, now: float) -> None:
        """Move the logins of `loser` to `winner`, and disable `loser`."""
        where = identity_logins.c.identity_id == loser.id
        self.unit.write(identity_logins.update().where(where), {"identity_id": winner.id})
        changes = {"enabled": False, "modified": now}
        self.unit.write(identities.update().where(identities.c.id == loser.id), changes)
        self.touch(winner, now)

    def touch(self, identity: Identity, now: float) -> Identity:
        """Update the modification time of an identity, and return the changed identity."""
        self.unit.write(identities.update().where(identities.c.id == identity.id), {"modified": now})
        return replace(identity, modified=now)

    def _logins(self, *where: object) -> list[Login]:
        columns = identity_logins.c
        query = select(columns.pool_id, columns.provider, columns.subject, columns.identity_id)
        rows: Any = self.unit.read(query.where(*where).order_by(columns.provider))  # type: ignore[arg-type]
        return [Login(*row) for row in rows]
