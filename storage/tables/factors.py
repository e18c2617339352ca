"""Software tokens, devices and passkeys."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Double, Index, LargeBinary, PrimaryKeyConstraint

from storage.column_types import Integer, String
from storage.tables.pools import user_pools
from storage.tables.schema import of, table
from storage.tables.users import users

software_tokens = table(
    "software_tokens",
    Column("user_id", Integer, of(users.c.id), primary_key=True, autoincrement=False),
    Column("sealed", LargeBinary),
    Column("pending", LargeBinary),
    Column("name", String),
    Column("last_step", Integer, nullable=False),
)

devices = table(
    "devices",
    Column("key", String, primary_key=True),
    Column("user_id", Integer, of(users.c.id), nullable=False),
    Column("group_key", String, nullable=False),
    Column("verifier", LargeBinary, nullable=False),
    Column("remembered", Boolean, nullable=False),
    Column("settings", JSON, nullable=False),
    Column("created", Double, nullable=False),
    Column("modified", Double, nullable=False),
    Column("authenticated", Double, nullable=False),
    Index(None, "user_id", "key"),
)

passkeys = table(
    "passkeys",
    Column("pool_id", String, of(user_pools.c.id), nullable=False),
    Column("id", String, nullable=False),
    Column("user_id", Integer, of(users.c.id), nullable=False),
    Column("public_key", LargeBinary, nullable=False),
    Column("sign_count", Integer, nullable=False),
    Column("settings", JSON, nullable=False),
    Column("created", Double, nullable=False),
    PrimaryKeyConstraint("pool_id", "id"),
    Index(None, "user_id", "id"),
)
