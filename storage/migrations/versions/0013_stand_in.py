"""The state of the stand-in identity provider.

Revision: 0013
Revises: 0012
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.column_types import String

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "stand_in_records",
        sa.Column("kind", String(), nullable=False),
        sa.Column("key", String(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("expires", sa.Double()),
        sa.PrimaryKeyConstraint("kind", "key", name=op.f("pk_stand_in_records")),
    )
    op.create_index(op.f("ix_stand_in_records_expires"), "stand_in_records", ["expires"])
