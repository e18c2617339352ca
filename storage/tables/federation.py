"""Sign-ins under way at identity providers, and assertions that were used."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Double, ForeignKeyConstraint, Index

from storage.column_types import String
from storage.tables.clients import user_pool_clients
from storage.tables.pools import user_pools
from storage.tables.providers import identity_providers
from storage.tables.schema import of, table

federated_sign_ins = table(
    "federated_sign_ins",
    Column("digest", String, primary_key=True),
    Column("pool_id", String, of(user_pools.c.id), nullable=False),
    Column("client_id", String, of(user_pool_clients.c.id), nullable=False),
    Column("provider", String, nullable=False),
    Column("browser", String, nullable=False),
    Column("query", String, nullable=False),
    Column("nonce", String, nullable=False),
    Column("kept", JSON, nullable=False),
    Column("expires", Double, nullable=False),
    ForeignKeyConstraint(
        ["pool_id", "provider"], [identity_providers.c.pool_id, identity_providers.c.name], ondelete="CASCADE"
    ),
    Index(None, "pool_id", "provider"),
    Index(None, "client_id"),
    Index(None, "expires"),
)

used_assertions = table(
    "used_assertions",
    Column("digest", String, primary_key=True),
    Column("pool_id", String, of(user_pools.c.id), nullable=False),
    Column("expires", Double, nullable=False),
    Index(None, "pool_id"),
    Index(None, "expires"),
)
