"""The branding of a pool's pages, and terms documents."""

from __future__ import annotations

from typing import Any

from msgspec import Struct


class Branding(Struct, frozen=True):
    """A managed login branding style of an app client. `settings` has UseCognitoProvidedValues and Settings."""

    id: str
    pool_id: str
    client_id: str
    settings: dict[str, Any]
    created: float
    modified: float


class Asset(Struct, frozen=True):
    """An image of a branding style. `settings` has the members of AssetType except for Bytes."""

    branding_id: str
    number: int
    settings: dict[str, Any]
    content: bytes | None


class UICustomization(Struct, frozen=True):
    """CSS and logo of the classic hosted UI. `scope` is a client id, or the pool id for all clients of the pool."""

    scope: str
    pool_id: str
    client_id: str | None
    css: str | None
    image: bytes | None
    version: str
    created: float
    modified: float


class Terms(Struct, frozen=True):
    """A terms document of a client. `settings` has the members of DescribeTerms that are no fields of their own."""

    id: str
    pool_id: str
    client_id: str
    name: str
    settings: dict[str, Any]
    created: float
    modified: float
