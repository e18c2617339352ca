"""Import jobs."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Double, Index, LargeBinary, PrimaryKeyConstraint

from storage.column_types import Integer, String
from storage.tables.pools import user_pools
from storage.tables.schema import of, table

import_jobs = table(
    "import_jobs",
    Column("id", String, primary_key=True),
    Column("pool_id", String, of(user_pools.c.id), nullable=False),
    Column("status", String, nullable=False),
    Column("settings", JSON, nullable=False),
    Column("created", Double, nullable=False),
    Column("progress", JSON, nullable=False),
    Index(None, "pool_id", "created", "id"),
    Index(None, "status"),
)

import_blocks = table(
    "import_blocks",
    Column("job_id", String, of(import_jobs.c.id), nullable=False),
    Column("kind", String, nullable=False),
    Column("number", Integer, nullable=False),
    Column("content", LargeBinary, nullable=False),
    PrimaryKeyConstraint("job_id", "kind", "number"),
)
"""The CSV files and logs of import jobs, where the database is PostgreSQL. With SQLite they are files beside it."""
