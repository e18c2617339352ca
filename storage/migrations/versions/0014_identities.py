"""Signing keys of the server itself, and the principal tags of identity pools.

Revision: 0014
Revises: 0013
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.column_types import String

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Add the table and the column."""
    op.create_table(
        "server_keys",
        sa.Column("use", String(), nullable=False),
        sa.Column("kid", String(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("use", name=op.f("pk_server_keys")),
    )
    op.add_column("identity_pools", sa.Column("principal_tags", sa.JSON(), nullable=False, server_default="{}"))
