"""Identities of identity pools, and the logins that are linked to them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace
from sqlalchemy import Select, bindparam, select

from storage.paging import Page
from storage.prepared import Prepared
from storage.records.identities import Identity, IdentityPool, Login
from storage.repositories.repository import Repository, columns_of, deleting, inserting, values_of
from storage.tables.identities import identities, identity_logins

_ALL_LOGINS: Select[Any] = select(*(identity_logins.c[name] for name in columns_of(Login))).order_by(
    identity_logins.c.provider
)
_LOGINS = Prepared(_ALL_LOGINS.where(identity_logins.c.identity_id == bindparam("identity_id")))
_LOGIN_KEY = ("pool_id", "provider", "subject")
_LOGIN = Prepared(_ALL_LOGINS.where(*(identity_logins.c[name] == bindparam(name) for name in _LOGIN_KEY)))


class IdentityRepository(Repository[Identity]):
    """The identities of all identity pools."""

    table = identities
    record = Identity
    columns = ("id", "pool_id", "enabled", "created", "modified")

    def add(self, identity: Identity) -> Identity:
        """Insert an identity."""
        self.unit.write(inserting(identities), values_of(identity))
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
        return self._logins(_LOGINS, identity_id=identity.id)

    def logins_of(self, several: Sequence[Identity]) -> list[Login]:
        """The logins that are linked to several identities."""
        ids = [identity.id for identity in several]
        rows: Any = self.unit.read(_ALL_LOGINS.where(identity_logins.c.identity_id.in_(ids)))
        return [Login(*row) for row in rows]

    def login(self, pool_id: str, provider: str, subject: str) -> Login | None:
        """The login by provider and subject, None if it is linked to no identity of the pool."""
        found = self._logins(_LOGIN, pool_id=pool_id, provider=provider, subject=subject)
        return found[0] if found else None

    def link(self, login: Login) -> None:
        """Link a login to an identity.

        Raises `UniqueViolation` when the login is linked to an identity of the pool already.
        """
        self.unit.write(inserting(identity_logins), values_of(login))

    def merge(self, loser: Identity, winner: Identity, now: float) -> None:
        """Move the logins of `loser` to `winner`, and disable `loser`."""
        where = identity_logins.c.identity_id == loser.id
        self.unit.write(identity_logins.update().where(where), {"identity_id": winner.id})
        self.touch(loser, now, enabled=False)
        self.touch(winner, now)

    def touch(self, identity: Identity, now: float, *, enabled: bool = True) -> Identity:
        """Update the modification time of an identity, or disable it. Returns the changed identity."""
        changes = {"modified": now, "enabled": enabled}
        self.unit.write(identities.update().where(identities.c.id == identity.id), changes)
        return replace(identity, modified=now, enabled=enabled)

    def unlink(self, login: Login) -> None:
        """Remove a login from its identity."""
        these = {f"this_{name}": getattr(login, name) for name in _LOGIN_KEY}
        self.unit.write(deleting(identity_logins, *_LOGIN_KEY), these)

    def delete(self, identity_id: str) -> None:
        """Delete an identity with its logins. Does nothing if there is none with that id."""
        self.unit.write(deleting(identities, "id"), {"this_id": identity_id})

    def _logins(self, query: Prepared, **wanted: str) -> list[Login]:
        return [Login(*row) for row in self.unit.rows(query, wanted)]
