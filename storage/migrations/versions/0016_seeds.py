"""The entries of seed files as they were applied last.

Revision: 0016
Revises: 0015
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.column_types import String

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "seeded_entries",
        sa.Column("kind", String(), nullable=False),
        sa.Column("scope", String(), nullable=False),
        sa.Column("key", String(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("made", String()),
        sa.Column("pool_id", String()),
        sa.PrimaryKeyConstraint("kind", "scope", "key", name=op.f("pk_seeded_entries")),
        sa.ForeignKeyConstraint(
            ["pool_id"], ["user_pools.id"], name=op.f("fk_seeded_entries_pool_id"), ondelete="CASCADE"
        ),
    )
    op.create_index(op.f("ix_seeded_entries_pool_id"), "seeded_entries", ["pool_id"])
