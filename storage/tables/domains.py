"""Domains."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Double, Index, PrimaryKeyConstraint, UniqueConstraint

from storage.column_types import Configuration, String
from storage.tables.pools import user_pools
from storage.tables.schema import of, table

domains = table(
    "domains",
    Column("name", String, nullable=False),
    Column("region", String, nullable=False),
    Column("pool_id", String, of(user_pools.c.id), nullable=False),
    Column("custom", Boolean, nullable=False),
    Column("settings", Configuration, nullable=False),
    Column("created", Double, nullable=False),
    Column("modified", Double, nullable=False),
    PrimaryKeyConstraint("name", "region"),
    UniqueConstraint("pool_id", "custom"),
    Index(None, "region", "custom"),
)
