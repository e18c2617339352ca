"""The check of the data key."""

from __future__ import annotations

from sqlalchemy import Column, LargeBinary

from storage.column_types import Integer
from storage.tables.schema import table

key_checks = table(
    "key_checks",
    Column("id", Integer, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
)
"""One row: a known text encrypted with the data key. It is kept when all data is deleted."""
