"""The signing keys of user pools."""

from __future__ import annotations

from sqlalchemy import Column, Double, LargeBinary, UniqueConstraint

from storage.column_types import String
from storage.tables.pools import user_pools
from storage.tables.schema import of, table

pool_keys = table(
    "pool_keys",
    Column("kid", String, primary_key=True),
    Column("pool_id", String, of(user_pools.c.id), nullable=False),
    Column("use", String, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("created", Double, nullable=False),
    UniqueConstraint("pool_id", "use"),
)
