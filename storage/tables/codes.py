"""Codes that were sent to users, and failed attempts."""

from __future__ import annotations

from sqlalchemy import Column, Double, Index, PrimaryKeyConstraint, UniqueConstraint

from storage.column_types import Integer, String
from storage.tables.pools import user_pools
from storage.tables.schema import of, table
from storage.tables.users import users

codes = table(
    "codes",
    Column("user_id", Integer, of(users.c.id), nullable=False),
    Column("purpose", String, nullable=False),
    Column("digest", String, nullable=False),
    Column("proves", String),
    Column("value", String),
    Column("expires", Double, nullable=False),
    PrimaryKeyConstraint("user_id", "purpose"),
)

attempts = table(
    "attempts",
    Column("user_id", Integer, of(users.c.id), nullable=False),
    Column("kind", String, nullable=False),
    Column("count", Integer, nullable=False),
    Column("since", Double, nullable=False),
    Column("last", Double, nullable=False),
    Column("locked_until", Double, nullable=False),
    PrimaryKeyConstraint("user_id", "kind"),
)

stand_in_attempts = table(
    "stand_in_attempts",
    Column("id", Integer, primary_key=True),
    Column("pool_id", String, of(user_pools.c.id), nullable=False),
    Column("name", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("count", Integer, nullable=False),
    Column("since", Double, nullable=False),
    Column("last", Double, nullable=False),
    Column("locked_until", Double, nullable=False),
    UniqueConstraint("pool_id", "name", "kind"),
    Index(None, "last"),
    sqlite_autoincrement=True,
)
