"""What seeds have set and applied."""

from __future__ import annotations

from sqlalchemy import Column, Index, LargeBinary, PrimaryKeyConstraint

from storage.column_types import String
from storage.tables.pools import user_pools
from storage.tables.schema import of, table

server_settings = table(
    "server_settings",
    Column("kind", String, nullable=False),
    Column("name", String, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    PrimaryKeyConstraint("kind", "name"),
)
"""Settings of the whole server that seeds have: the functions of triggers, the roles and providers of IAM."""

seeded_entries = table(
    "seeded_entries",
    Column("kind", String, nullable=False),
    Column("scope", String, nullable=False),
    Column("key", String, nullable=False),
    Column("fingerprint", LargeBinary, nullable=False),
    Column("made", String),
    Column("pool_id", String, of(user_pools.c.id)),
    PrimaryKeyConstraint("kind", "scope", "key"),
    Index(None, "pool_id"),
)
"""The entries of seed files as they were applied last. `scope` is the id of the pool that an entry is in, or empty."""
