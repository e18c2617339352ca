"""The events that threat protection has recorded."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Double, Index, UniqueConstraint

from storage.column_types import Integer, String
from storage.tables.pools import user_pools
from storage.tables.schema import of, table
from storage.tables.users import users

auth_events = table(
    "auth_events",
    Column("number", Integer, primary_key=True),
    Column("id", String, nullable=False),
    Column("pool_id", String, of(user_pools.c.id), nullable=False),
    Column("user_id", Integer, of(users.c.id), nullable=False),
    Column("settings", JSON, nullable=False),
    Column("created", Double, nullable=False),
    UniqueConstraint("user_id", "id"),
    Index(None, "user_id", "number"),
    Index(None, "pool_id"),
    Index(None, "created"),
    sqlite_autoincrement=True,
)
