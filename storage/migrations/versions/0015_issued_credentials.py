"""Temporary AWS credentials by their access keys.

Revision: 0015
Revises: 0014
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.column_types import String

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "issued_credentials",
        sa.Column("access_key", String(), nullable=False),
        sa.Column("session", sa.JSON(), nullable=False),
        sa.Column("expires", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("access_key", name=op.f("pk_issued_credentials")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_issued_credentials_expires"), "issued_credentials", ["expires"])
