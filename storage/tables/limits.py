"""Provisioned limits."""

from __future__ import annotations

from sqlalchemy import Column, PrimaryKeyConstraint

from storage.column_types import Integer, String
from storage.tables.schema import table

provisioned_limits = table(
    "provisioned_limits",
    Column("region", String, nullable=False),
    Column("category", String, nullable=False),
    Column("value", Integer, nullable=False),
    PrimaryKeyConstraint("region", "category"),
)
