"""Resource servers."""

from __future__ import annotations

from sqlalchemy import Column, PrimaryKeyConstraint

from storage.column_types import Configuration, String
from storage.tables.pools import user_pools
from storage.tables.schema import of, table

resource_servers = table(
    "resource_servers",
    Column("pool_id", String, of(user_pools.c.id), nullable=False),
    Column("identifier", String, nullable=False),
    Column("name", String, nullable=False),
    Column("scopes", Configuration, nullable=False),
    PrimaryKeyConstraint("pool_id", "identifier"),
)
