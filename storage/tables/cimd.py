"""Policies for client ID metadata documents (CIMD), and the documents."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Double, ForeignKey, Index, PrimaryKeyConstraint

from storage.column_types import Configuration, Integer, String
from storage.tables.clients import user_pool_clients
from storage.tables.pools import user_pools
from storage.tables.schema import of, table

cimd_policies = table(
    "cimd_policies",
    Column("id", String, primary_key=True),
    Column("pool_id", String, of(user_pools.c.id), nullable=False),
    Column("client_id", String, ForeignKey(user_pool_clients.c.id, ondelete="SET NULL")),
    Column("name", String, nullable=False),
    Column("url_patterns", Configuration, nullable=False),
    Column("cache_duration", Integer, nullable=False),
    Column("created", Double, nullable=False),
    Column("modified", Double, nullable=False),
    Index(None, "pool_id", "id"),
    Index(None, "client_id"),
)

client_metadata_urls = table(
    "client_metadata_urls",
    Column("policy_id", String, of(cimd_policies.c.id), nullable=False),
    Column("url", String, nullable=False),
    Column("document", JSON(none_as_null=True)),
    Column("cached", Double),
    Column("expires", Double),
    PrimaryKeyConstraint("policy_id", "url"),
)

metadata_documents = table(
    "metadata_documents",
    Column("url", String, primary_key=True),
    Column("put", Boolean, nullable=False),
    Column("document", JSON(none_as_null=True)),
    Column("problem", String),
    Column("received", Double, nullable=False),
    Index(None, "put", "received"),
)
