"""How the pages of a pool look, and the terms that they link to."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Double, Index, LargeBinary, PrimaryKeyConstraint, UniqueConstraint

from storage.column_types import Integer, String
from storage.tables.clients import user_pool_clients
from storage.tables.pools import user_pools
from storage.tables.schema import of, table

brandings = table(
    "brandings",
    Column("id", String, primary_key=True),
    Column("pool_id", String, of(user_pools.c.id), nullable=False),
    Column("client_id", String, of(user_pool_clients.c.id), nullable=False, unique=True),
    Column("settings", JSON, nullable=False),
    Column("created", Double, nullable=False),
    Column("modified", Double, nullable=False),
    Index(None, "pool_id"),
)

branding_assets = table(
    "branding_assets",
    Column("branding_id", String, of(brandings.c.id), nullable=False),
    Column("number", Integer, nullable=False),
    Column("settings", JSON, nullable=False),
    Column("content", LargeBinary),
    PrimaryKeyConstraint("branding_id", "number"),
)

ui_customizations = table(
    "ui_customizations",
    Column("scope", String, primary_key=True),
    Column("pool_id", String, of(user_pools.c.id), nullable=False),
    Column("client_id", String, of(user_pool_clients.c.id)),
    Column("css", String),
    Column("image", LargeBinary),
    Column("version", String, nullable=False),
    Column("created", Double, nullable=False),
    Column("modified", Double, nullable=False),
    Index(None, "pool_id"),
    Index(None, "client_id"),
)

terms = table(
    "terms",
    Column("id", String, primary_key=True),
    Column("pool_id", String, of(user_pools.c.id), nullable=False),
    Column("client_id", String, of(user_pool_clients.c.id), nullable=False),
    Column("name", String, nullable=False),
    Column("settings", JSON, nullable=False),
    Column("created", Double, nullable=False),
    Column("modified", Double, nullable=False),
    UniqueConstraint("client_id", "name"),
    Index(None, "pool_id", "id"),
)
