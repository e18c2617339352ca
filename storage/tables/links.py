"""The identities at providers that belong to users."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Double, Index, PrimaryKeyConstraint

from storage.column_types import Integer, String
from storage.tables.pools import user_pools
from storage.tables.schema import of, table
from storage.tables.users import users

user_links = table(
    "user_links",
    Column("pool_id", String, of(user_pools.c.id), nullable=False),
    Column("provider", String, nullable=False),
    Column("attribute", String, nullable=False),
    Column("value", String, nullable=False),
    Column("user_id", Integer, of(users.c.id), nullable=False),
    Column("settings", JSON, nullable=False),
    Column("created", Double, nullable=False),
    PrimaryKeyConstraint("pool_id", "provider", "attribute", "value"),
    Index(None, "user_id"),
)
