"""The stand-in identity provider."""

from __future__ import annotations

from sqlalchemy import Column, Double, Index, LargeBinary, PrimaryKeyConstraint

from storage.column_types import String
from storage.tables.schema import table

stand_in_records = table(
    "stand_in_records",
    Column("kind", String, nullable=False),
    Column("key", String, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("expires", Double),
    PrimaryKeyConstraint("kind", "key"),
    Index(None, "expires"),
)
"""The state of the stand-in identity provider. It belongs to no pool."""
