"""Claims, by which several processes share the work in the background.

Revision: 0010
Revises: 0009
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.column_types import String

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "claims",
        sa.Column("name", String(), nullable=False),
        sa.Column("holder", String(), nullable=False),
        sa.Column("until", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_claims")),
        sqlite_with_rowid=False,
    )
