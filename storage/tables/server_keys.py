"""The keys of the server itself."""

from __future__ import annotations

from sqlalchemy import Column, Double, LargeBinary

from storage.column_types import String
from storage.tables.schema import table

server_keys = table(
    "server_keys",
    Column("use", String, primary_key=True),
    Column("kid", String, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("created", Double, nullable=False),
)
"""Signing keys that are of no pool, such as that of the tokens of identity pools."""
