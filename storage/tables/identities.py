"""Identity pools and their identities."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Double, Index, PrimaryKeyConstraint

from storage.column_types import Configuration, String
from storage.tables.schema import of, table

identity_pools = table(
    "identity_pools",
    Column("id", String, primary_key=True),
    Column("region", String, nullable=False),
    Column("name", String, nullable=False),
    Column("settings", Configuration, nullable=False),
    Column("roles", Configuration, nullable=False),
    Column("created", Double, nullable=False),
    Column("modified", Double, nullable=False),
    Column("principal_tags", Configuration, nullable=False, server_default="{}"),
    Index(None, "region", "id"),
)

identities = table(
    "identities",
    Column("id", String, primary_key=True),
    Column("pool_id", String, of(identity_pools.c.id), nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("created", Double, nullable=False),
    Column("modified", Double, nullable=False),
    Index(None, "pool_id", "id"),
)

identity_logins = table(
    "identity_logins",
    Column("pool_id", String, of(identity_pools.c.id), nullable=False),
    Column("provider", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("identity_id", String, of(identities.c.id), nullable=False),
    PrimaryKeyConstraint("pool_id", "provider", "subject"),
    Index(None, "identity_id", "provider"),
)
