"""AWS credentials that were issued."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Double, Index

from storage.column_types import String
from storage.tables.schema import table

issued_credentials = table(
    "issued_credentials",
    Column("access_key", String, primary_key=True),
    Column("session", JSON, nullable=False),
    Column("expires", Double, nullable=False),
    Index(None, "expires"),
    sqlite_with_rowid=False,
)
"""The session token has all that is needed to recognise credentials; this is for look-ups by the access key alone."""
