"""Users, and what they are found by."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Double, Index, LargeBinary, PrimaryKeyConstraint, UniqueConstraint

from storage.column_types import Integer, String
from storage.records.users import SEARCHED
from storage.tables.pools import user_pools
from storage.tables.schema import of, table

users = table(
    "users",
    Column("id", Integer, primary_key=True),
    Column("pool_id", String, of(user_pools.c.id), nullable=False),
    Column("username", String, nullable=False),
    Column("username_key", String, nullable=False),
    Column("sub", String, nullable=False),
    Column("status", String, nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("password", String),
    Column("password_set", Double),
    Column("attributes", JSON, nullable=False),
    Column("settings", JSON, nullable=False),
    Column("created", Double, nullable=False),
    Column("modified", Double, nullable=False),
    *(Column(name, String) for name in SEARCHED),
    Column("verifier", LargeBinary),
    UniqueConstraint("pool_id", "username_key"),
    UniqueConstraint("pool_id", "sub"),
    Index(None, "pool_id", "id"),
    Index(None, "pool_id", "username", "id"),
    Index(None, "pool_id", "status", "id"),
    Index(None, "pool_id", "enabled", "id"),
    sqlite_autoincrement=True,
)
for _name in SEARCHED:
    _set = users.c[_name].is_not(None)
    Index(None, users.c.pool_id, users.c[_name], users.c.id, sqlite_where=_set)  # storage/postgresql sets its own

user_counts = table(
    "user_counts",
    Column("pool_id", String, of(user_pools.c.id), primary_key=True),
    Column("users", Integer, nullable=False),
    sqlite_with_rowid=False,
)
"""How many users a pool has. Pools that never had one have no row. Each sign-up changes it, and reads the pool only."""

user_aliases = table(
    "user_aliases",
    Column("pool_id", String, of(user_pools.c.id), nullable=False),
    Column("kind", String, nullable=False),
    Column("key", String, nullable=False),
    Column("user_id", Integer, of(users.c.id), nullable=False),
    PrimaryKeyConstraint("pool_id", "kind", "key"),
    Index(None, "user_id"),
    sqlite_with_rowid=False,
)

password_history = table(
    "password_history",
    Column("id", Integer, primary_key=True),
    Column("user_id", Integer, of(users.c.id), nullable=False),
    Column("password", String, nullable=False),
    Index(None, "user_id", "id"),
    sqlite_autoincrement=True,
)
