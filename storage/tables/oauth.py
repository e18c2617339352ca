"""Authorization codes and browser sessions."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Double, Index

from storage.column_types import Integer, String
from storage.tables.clients import user_pool_clients
from storage.tables.pools import user_pools
from storage.tables.schema import of, table
from storage.tables.users import users

authorization_codes = table(
    "authorization_codes",
    Column("digest", String, primary_key=True),
    Column("pool_id", String, of(user_pools.c.id), nullable=False),
    Column("client_id", String, of(user_pool_clients.c.id), nullable=False),
    Column("user_id", Integer, of(users.c.id), nullable=False),
    Column("presented", String, nullable=False),
    Column("redirect_uri", String, nullable=False),
    Column("challenge", String),
    Column("auth_time", Integer, nullable=False),
    Column("details", JSON, nullable=False),
    Column("expires", Double, nullable=False),
    Column("spent", Boolean, nullable=False),
    Column("origin_jti", String),
    Index(None, "pool_id"),
    Index(None, "client_id"),
    Index(None, "user_id"),
    Index(None, "expires"),
)

browser_sessions = table(
    "browser_sessions",
    Column("digest", String, primary_key=True),
    Column("id", String, nullable=False, unique=True),
    Column("pool_id", String, of(user_pools.c.id), nullable=False),
    Column("user_id", Integer, of(users.c.id), nullable=False),
    Column("provider", String, nullable=False),
    Column("auth_time", Integer, nullable=False),
    Column("active", Double, nullable=False),
    Column("details", JSON, nullable=False),
    Column("expires", Double, nullable=False),
    Index(None, "pool_id"),
    Index(None, "user_id"),
    Index(None, "expires"),
)
