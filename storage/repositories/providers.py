"""Identity providers, their identifiers, and the external identities that are linked to users."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import select

from storage.paging import Page
from storage.records.providers import IdentityProvider, Link
from storage.repositories.repository import KeyedRepository, columns_of, inserting
from storage.tables.links import user_links
from storage.tables.providers import identity_providers, provider_identifiers


class ProviderRepository(KeyedRepository[IdentityProvider]):
    """The identity providers of all pools."""

    table = identity_providers
    record = IdentityProvider
    columns = columns_of(IdentityProvider)
    shared = True

    def named(self, pool_id: str, name: str) -> IdentityProvider | None:
        """The provider of a pool by name."""
        return self._one(pool_id=pool_id, name=name)

    def with_identifier(self, pool_id: str, identifier: str) -> IdentityProvider | None:
        """The provider of a pool by one of its identifiers (IdpIdentifiers)."""
        identifiers = provider_identifiers.c
        on = (identifiers.pool_id == identity_providers.c.pool_id) & (identifiers.provider == identity_providers.c.name)
        query = self._select().join(provider_identifiers, on)
        found = self._all(query.where(identifiers.pool_id == pool_id, identifiers.identifier == identifier))
        return found[0] if found else None

    def identifiers(self, pool_id: str) -> list[tuple[str, str]]:
        """All identifiers of a pool's providers: (identifier, provider's name), by identifier."""
        of = provider_identifiers.c
        query = select(of.identifier, of.provider).where(of.pool_id == pool_id).order_by(of.identifier)
        return [(row.identifier, row.provider) for row in self.unit.read(query)]

    def set_identifiers(self, provider: IdentityProvider, identifiers: Collection[str]) -> None:
        """Replace the identifiers of a provider.

        Raises `UniqueViolation` when another provider has one of these identifiers.
        """
        old = provider_identifiers.c
        where = (old.pool_id == provider.pool_id, old.provider == provider.name)
        self.unit.write(provider_identifiers.delete().where(*where))
        for identifier in identifiers:
            values = {"pool_id": provider.pool_id, "identifier": identifier, "provider": provider.name}
            self.unit.write(inserting(provider_identifiers), values)

    def page(self, pool_id: str, limit: int, token: str | None) -> Page[IdentityProvider]:
        """The providers of a pool, by name."""
        query = self._select().where(identity_providers.c.pool_id == pool_id)
        return self._page(query, f"providers {pool_id}", token, limit, "name")

    def of(self, pool_id: str) -> list[IdentityProvider]:
        """All providers of a pool."""
        return self._every(pool_id=pool_id)

    def of_all_pools(self) -> list[IdentityProvider]:
        """All providers of all pools."""
        return self._all(self._select())

    def count(self, pool_id: str) -> int:
        """The number of providers of a pool."""
        return self._count(pool_id=pool_id)


class LinkRepository(KeyedRepository[Link]):
    """The external identities that are linked to users."""

    table = user_links
    record = Link
    columns = columns_of(Link)

    def add(self, record: Link) -> Link:
        """Insert a link. Raises `UniqueViolation` when the external identity is linked to a user of the pool."""
        self.unit.journal.user(record.user_id, record.pool_id)
        return super().add(record)

    def change(self, record: Link, **changes: Any) -> Link:
        """Update these columns, and return the changed link."""
        self.unit.journal.user(record.user_id, record.pool_id)
        return super().change(record, **changes)

    def delete(self, record: Link) -> bool:
        """Delete a link. False when it did not exist any more."""
        self.unit.journal.user(record.user_id, record.pool_id)
        return super().delete(record)

    def get(self, pool_id: str, provider: str, attribute: str, value: str) -> Link | None:
        """The link of an external identity, None if the identity is linked to no user of the pool."""
        return self._one(pool_id=pool_id, provider=provider, attribute=attribute, value=value)

    def of(self, user_id: int) -> list[Link]:
        """The links of a user, oldest first."""
        return sorted(self._every(user_id=user_id), key=lambda link: (link.created, link.provider, link.value))

    def any_with_attribute(self, pool_id: str, provider: str, attribute: str) -> bool:
        """Whether any user of the pool is linked to the provider by that attribute."""
        of = self.table.c
        query = self._select().where(of.pool_id == pool_id, of.provider == provider, of.attribute == attribute)
        return bool(self._all(query.limit(1)))
