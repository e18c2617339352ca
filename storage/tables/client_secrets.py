"""The secrets of app clients."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Double, Index, LargeBinary

from storage.column_types import String
from storage.tables.clients import user_pool_clients
from storage.tables.schema import of, table

client_secrets = table(
    "client_secrets",
    Column("id", String, primary_key=True),
    Column("client_id", String, of(user_pool_clients.c.id), nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("created", Double, nullable=False),
    Column("generated", Boolean, nullable=False, server_default="1"),
    Index(None, "client_id", "id"),
)

published_secrets = table(
    "published_secrets",
    Column("client_id", String, of(user_pool_clients.c.id), primary_key=True),
    Column("arn", String, nullable=False),
    Column("rotated", Double, nullable=False),
    Column("pending", String),
    Index(None, "rotated", "client_id"),
)
