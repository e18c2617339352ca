"""How a pool's pages look, and the terms that they lead to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Branding:
    """A style of managed login. `settings` holds UseCognitoProvidedValues and Settings."""

    id: str
    pool_id: str
    client_id: str
    settings: dict[str, Any]
    created: float
    modified: float


@dataclass(frozen=True, slots=True)
class Asset:
    """An image of a style. `settings` is what AssetType holds beyond its bytes."""

    branding_id: str
    number: int
    settings: dict[str, Any]
    content: bytes | None


@dataclass(frozen=True, slots=True)
class UICustomization:
    """The looks of the classic pages, of one client or of all. `scope` is the client's id, or else the pool's."""

    scope: str
    pool_id: str
    client_id: str | None
    css: str | None
    image: bytes | None
    version: str
    created: float
    modified: float


@dataclass(frozen=True, slots=True)
class Terms:
    """A terms document of a client. `settings` is what DescribeTerms shows beyond the other fields."""

    id: str
    pool_id: str
    client_id: str
    name: str
    settings: dict[str, Any]
    created: float
    modified: float
