"""The history of changes, and point-in-time recoveries."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Double, Index

from storage.column_types import Integer, String
from storage.tables.pools import user_pools
from storage.tables.schema import of, table

history = table(
    "history",
    Column("number", Integer, primary_key=True),
    Column("pool_id", String, of(user_pools.c.id)),
    Column("time", Double, nullable=False),
    Column("kind", String, nullable=False),
    Column("key", String, nullable=False),
    Column("before", JSON(none_as_null=True)),
    Index(None, "pool_id", "number"),
)

recoveries = table(
    "recoveries",
    Column("id", String, primary_key=True),
    Column("pool_id", String, of(user_pools.c.id), nullable=False),
    Column("status", String, nullable=False),
    Column("point", Double, nullable=False),
    Column("initiated", Double, nullable=False),
    Column("last_change", Integer, nullable=False),
    Column("ended", Double),
    Column("preview", JSON(none_as_null=True)),
    Index(None, "pool_id", "initiated", "id"),
    Index(None, "initiated"),
    Index(None, "status"),
)
