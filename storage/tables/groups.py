"""Groups and their members."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Double, Index, PrimaryKeyConstraint, UniqueConstraint

from storage.column_types import Integer, String
from storage.tables.pools import user_pools
from storage.tables.schema import of, table
from storage.tables.users import users

groups = table(
    "groups",
    Column("id", Integer, primary_key=True),
    Column("pool_id", String, of(user_pools.c.id), nullable=False),
    Column("name", String, nullable=False),
    Column("settings", JSON, nullable=False),
    Column("created", Double, nullable=False),
    Column("modified", Double, nullable=False),
    Column("key", String),
    UniqueConstraint("pool_id", "name"),
    Index(None, "pool_id", "key", unique=True),
    sqlite_autoincrement=True,
)

group_members = table(
    "group_members",
    Column("group_id", Integer, of(groups.c.id), nullable=False),
    Column("user_id", Integer, of(users.c.id), nullable=False),
    PrimaryKeyConstraint("group_id", "user_id"),
    Index(None, "user_id", "group_id"),
    sqlite_with_rowid=False,
)
