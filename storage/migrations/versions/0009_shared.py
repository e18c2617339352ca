"""What the processes of one database share: the inbox, the events, the buckets of rate limits, the clock.

Revision: 0009
Revises: 0008
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.column_types import Integer, String

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "messages",
        sa.Column("number", Integer, nullable=False),
        sa.Column("id", String(), nullable=False),
        sa.Column("pool_digest", sa.LargeBinary(), nullable=False),
        sa.Column("user_digest", sa.LargeBinary(), nullable=False),
        sa.Column("recipient_digest", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_messages")),
    )
    op.create_table(
        "events",
        sa.Column("number", Integer, nullable=False),
        sa.Column("noted", sa.Double(), nullable=False),
        sa.Column("event", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_events")),
    )
    op.create_index(op.f("ix_events_noted_number"), "events", ["noted", "number"])
    op.create_table(
        "rate_buckets",
        sa.Column("name", String(), nullable=False),
        sa.Column("tokens", sa.Double(), nullable=False),
        sa.Column("filled", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_rate_buckets")),
    )
    op.create_table(
        "server_state",
        sa.Column("id", Integer, nullable=False),
        sa.Column("version", Integer, nullable=False),
        sa.Column("clock_offset", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_server_state")),
    )
