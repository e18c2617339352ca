"""Settings of the whole server that seeds have: the functions of triggers, the roles and providers of IAM.

Revision: 0017
Revises: 0016
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.column_types import String

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "server_settings",
        sa.Column("kind", String(), nullable=False),
        sa.Column("name", String(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "name", name=op.f("pk_server_settings")),
    )
