"""Identity providers."""

from __future__ import annotations

from sqlalchemy import Column, Double, ForeignKeyConstraint, Index, PrimaryKeyConstraint

from storage.column_types import Configuration, String
from storage.tables.pools import user_pools
from storage.tables.schema import of, table

identity_providers = table(
    "identity_providers",
    Column("pool_id", String, of(user_pools.c.id), nullable=False),
    Column("name", String, nullable=False),
    Column("settings", Configuration, nullable=False),
    Column("created", Double, nullable=False),
    Column("modified", Double, nullable=False),
    PrimaryKeyConstraint("pool_id", "name"),
)

provider_identifiers = table(
    "provider_identifiers",
    Column("pool_id", String, of(user_pools.c.id), nullable=False),
    Column("identifier", String, nullable=False),
    Column("provider", String, nullable=False),
    PrimaryKeyConstraint("pool_id", "identifier"),
    ForeignKeyConstraint(
        ["pool_id", "provider"], [identity_providers.c.pool_id, identity_providers.c.name], ondelete="CASCADE"
    ),
    Index(None, "pool_id", "provider"),
)
