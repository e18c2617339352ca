"""App clients."""

from __future__ import annotations

from sqlalchemy import Column, Double, Index

from storage.column_types import Configuration, String
from storage.tables.pools import user_pools
from storage.tables.schema import of, table

user_pool_clients = table(
    "user_pool_clients",
    Column("id", String, primary_key=True),
    Column("pool_id", String, of(user_pools.c.id), nullable=False),
    Column("name", String, nullable=False),
    Column("settings", Configuration, nullable=False),
    Column("created", Double, nullable=False),
    Column("modified", Double, nullable=False),
    Column("further", Configuration, nullable=False, server_default="{}"),
    Index(None, "pool_id", "id"),
)
