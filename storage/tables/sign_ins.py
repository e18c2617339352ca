"""Sign-ins under way."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Double, Index

from storage.column_types import Integer, String
from storage.tables.clients import user_pool_clients
from storage.tables.pools import user_pools
from storage.tables.schema import of, table
from storage.tables.users import users

sign_ins = table(
    "sign_ins",
    Column("digest", String, primary_key=True),
    Column("pool_id", String, of(user_pools.c.id), nullable=False),
    Column("client_id", String, of(user_pool_clients.c.id), nullable=False),
    Column("user_id", Integer, of(users.c.id)),
    Column("challenge", String, nullable=False),
    Column("state", JSON, nullable=False),
    Column("expires", Double, nullable=False),
    Column("spent", Boolean, nullable=False),
    Index(None, "pool_id"),
    Index(None, "client_id"),
    Index(None, "user_id"),
    Index(None, "expires"),
)
