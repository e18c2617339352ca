"""User pools."""

from __future__ import annotations

from sqlalchemy import Column, Double, Index

from storage.column_types import Configuration, String
from storage.tables.schema import table

user_pools = table(
    "user_pools",
    Column("id", String, primary_key=True),
    Column("region", String, nullable=False),
    Column("name", String, nullable=False),
    Column("settings", Configuration, nullable=False),
    Column("created", Double, nullable=False),
    Column("modified", Double, nullable=False),
    Column("further", Configuration, nullable=False, server_default="{}"),
    Column("history_since", Double),
    Column("paused_until", Double),
    Index(None, "region", "id"),
)
