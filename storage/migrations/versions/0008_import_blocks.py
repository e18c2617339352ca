"""The files of import jobs in the database, for PostgreSQL.

Revision: 0008
Revises: 0007
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.column_types import Integer, String

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "import_blocks",
        sa.Column("job_id", String(), nullable=False),
        sa.Column("kind", String(), nullable=False),
        sa.Column("number", Integer, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["job_id"], ["import_jobs.id"], name=op.f("fk_import_blocks_job_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("job_id", "kind", "number", name=op.f("pk_import_blocks")),
    )
