"""Replicas of user pools in other regions."""

from __future__ import annotations

from sqlalchemy import Column, Double, Index, PrimaryKeyConstraint

from storage.column_types import Configuration, String
from storage.tables.pools import user_pools
from storage.tables.schema import of, table

replicas = table(
    "replicas",
    Column("pool_id", String, of(user_pools.c.id), nullable=False),
    Column("region", String, nullable=False),
    Column("status", String, nullable=False),
    Column("settings", Configuration, nullable=False),
    Column("created", Double, nullable=False),
    Column("modified", Double, nullable=False),
    PrimaryKeyConstraint("pool_id", "region"),
    Index(None, "region"),
)
