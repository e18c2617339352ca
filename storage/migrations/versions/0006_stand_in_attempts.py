"""Attempts by names that no user has.

Revision: 0006
Revises: 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the table and its index."""
    op.create_table(
        "stand_in_attempts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pool_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("since", sa.Double(), nullable=False),
        sa.Column("last", sa.Double(), nullable=False),
        sa.Column("locked_until", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["pool_id"], ["user_pools.id"], name=op.f("fk_stand_in_attempts_pool_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stand_in_attempts")),
        sa.UniqueConstraint("pool_id", "name", "kind", name=op.f("uq_stand_in_attempts_pool_id_name_kind")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_stand_in_attempts_last"), "stand_in_attempts", ["last"], unique=False)
