"""What a process claims to work on."""

from __future__ import annotations

from sqlalchemy import Column, Double

from storage.column_types import String
from storage.tables.schema import table

claims = table(
    "claims",
    Column("name", String, primary_key=True),
    Column("holder", String, nullable=False),
    Column("until", Double, nullable=False),
    sqlite_with_rowid=False,
)
"""What one process at a time works on, until when it has it, by the clock of the database."""
