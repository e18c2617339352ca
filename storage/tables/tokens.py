"""Refresh tokens, in families."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Double, Index

from storage.column_types import Integer, String
from storage.tables.clients import user_pool_clients
from storage.tables.pools import user_pools
from storage.tables.schema import of, table
from storage.tables.users import users

token_families = table(
    "token_families",
    Column("origin_jti", String, primary_key=True),
    Column("event_id", String, nullable=False, unique=True),
    Column("pool_id", String, of(user_pools.c.id), nullable=False),
    Column("client_id", String, of(user_pool_clients.c.id), nullable=False),
    Column("user_id", Integer, of(users.c.id), nullable=False),
    Column("auth_time", Integer, nullable=False),
    Column("expires", Double, nullable=False),
    Column("revoked", Boolean, nullable=False),
    Column("device_key", String),
    Column("session", String),
    Column("active", Double, nullable=False, server_default="0"),
    Column("details", JSON, nullable=False, server_default="{}"),
    Index(None, "session", unique=True),
    Index(None, "pool_id"),
    Index(None, "client_id"),
    Index(None, "user_id"),
    Index(None, "expires"),
)

refresh_tokens = table(
    "refresh_tokens",
    Column("digest", String, primary_key=True),
    Column("origin_jti", String, of(token_families.c.origin_jti), nullable=False),
    Column("expires", Double, nullable=False),
    Column("rotated", Double),
    Index(None, "origin_jti"),
)
