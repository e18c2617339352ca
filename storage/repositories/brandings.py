"""Managed login branding styles with their images, UI customizations of the classic hosted UI, and terms documents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from storage.paging import Page
from storage.records.brandings import Asset, Branding, Terms, UICustomization
from storage.repositories.repository import KeyedRepository, columns_of, inserting, values_of
from storage.tables.brandings import branding_assets, brandings, terms, ui_customizations


class BrandingRepository(KeyedRepository[Branding]):
    """The managed login branding styles of all pools."""

    table = brandings
    record = Branding
    columns = columns_of(Branding)
    shared = True

    def get(self, branding_id: str) -> Branding | None:
        """The style by id."""
        return self._one(id=branding_id)

    def of_client(self, client_id: str) -> Branding | None:
        """The style of a client."""
        return self._one(client_id=client_id)

    def count(self, pool_id: str) -> int:
        """The number of styles of a pool."""
        return self._count(pool_id=pool_id)

    def assets(self, branding: Branding) -> list[Asset]:
        """The images of a style, in the order of the request that set them."""
        columns = branding_assets.c
        query = select(*(columns[name] for name in columns_of(Asset))).where(columns.branding_id == branding.id)
        rows: Any = self.unit.read(query.order_by(columns.number))
        return [Asset(*row) for row in rows]

    def asset_list(self, branding: Branding) -> list[Asset]:
        """The images of a style, without their contents, in the order of the request that set them."""
        columns = branding_assets.c
        query = select(columns.number, columns.settings).where(columns.branding_id == branding.id)
        rows: Any = self.unit.read(query.order_by(columns.number))
        return [Asset(branding.id, number, settings, None) for number, settings in rows]

    def asset(self, branding_id: str, number: int) -> Asset | None:
        """An image of a style by its place in that order."""
        columns = branding_assets.c
        query = select(*(columns[name] for name in columns_of(Asset)))
        rows: Any = self.unit.read(query.where(columns.branding_id == branding_id, columns.number == number))
        return next((Asset(*row) for row in rows), None)

    def put_assets(self, branding: Branding, assets: Sequence[Asset]) -> None:
        """Replace the images of a style."""
        self.unit.write(branding_assets.delete().where(branding_assets.c.branding_id == branding.id))
        for asset in assets:
            self.unit.write(inserting(branding_assets), values_of(asset))


class UICustomizationRepository(KeyedRepository[UICustomization]):
    """The UI customizations of the classic hosted UI."""

    table = ui_customizations
    record = UICustomization
    columns = columns_of(UICustomization)
    shared = True

    def get(self, scope: str) -> UICustomization | None:
        """The UI customization of a client, by client id, or that of all clients of a pool, by pool id."""
        return self._one(scope=scope)


class TermsRepository(KeyedRepository[Terms]):
    """The terms documents of all pools."""

    table = terms
    record = Terms
    columns = columns_of(Terms)
    shared = True

    def get(self, terms_id: str) -> Terms | None:
        """The document by id."""
        return self._one(id=terms_id)

    def named(self, client_id: str, name: str) -> Terms | None:
        """The document of a client by name."""
        return self._one(client_id=client_id, name=name)

    def page(self, pool_id: str, limit: int, token: str | None) -> Page[Terms]:
        """The documents of a pool, by id."""
        query = self._select().where(terms.c.pool_id == pool_id)
        return self._page(query, f"terms {pool_id}", token, limit, "id")
