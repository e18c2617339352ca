"""Point-in-time recovery, policies for client ID metadata documents, published secrets.

Revision: 0007
Revises: 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.column_types import Integer, String

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add the tables, the two columns of pools, and the column of client secrets."""
    op.add_column("user_pools", sa.Column("history_since", sa.Double()))
    op.add_column("user_pools", sa.Column("paused_until", sa.Double()))
    _published_secrets()
    _cimd_policies()
    _history()
    _recoveries()


def _published_secrets() -> None:
    op.add_column("client_secrets", sa.Column("generated", sa.Boolean(), nullable=False, server_default="1"))
    op.create_table(
        "published_secrets",
        sa.Column("client_id", String(), nullable=False),
        sa.Column("arn", String(), nullable=False),
        sa.Column("rotated", sa.Double(), nullable=False),
        sa.Column("pending", String()),
        sa.ForeignKeyConstraint(
            ["client_id"],
            ["user_pool_clients.id"],
            name=op.f("fk_published_secrets_client_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("client_id", name=op.f("pk_published_secrets")),
    )
    op.create_index(op.f("ix_published_secrets_rotated_client_id"), "published_secrets", ["rotated", "client_id"])


def _cimd_policies() -> None:
    op.create_table(
        "cimd_policies",
        sa.Column("id", String(), nullable=False),
        sa.Column("pool_id", String(), nullable=False),
        sa.Column("client_id", String()),
        sa.Column("name", String(), nullable=False),
        sa.Column("url_patterns", sa.JSON(), nullable=False),
        sa.Column("cache_duration", Integer, nullable=False),
        sa.Column("created", sa.Double(), nullable=False),
        sa.Column("modified", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["pool_id"], ["user_pools.id"], name=op.f("fk_cimd_policies_pool_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["client_id"],
            ["user_pool_clients.id"],
            name=op.f("fk_cimd_policies_client_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cimd_policies")),
    )
    op.create_index(op.f("ix_cimd_policies_pool_id_id"), "cimd_policies", ["pool_id", "id"])
    op.create_index(op.f("ix_cimd_policies_client_id"), "cimd_policies", ["client_id"])
    op.create_table(
        "client_metadata_urls",
        sa.Column("policy_id", String(), nullable=False),
        sa.Column("url", String(), nullable=False),
        sa.Column("document", sa.JSON()),
        sa.Column("cached", sa.Double()),
        sa.Column("expires", sa.Double()),
        sa.ForeignKeyConstraint(
            ["policy_id"],
            ["cimd_policies.id"],
            name=op.f("fk_client_metadata_urls_policy_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("policy_id", "url", name=op.f("pk_client_metadata_urls")),
    )


def _history() -> None:
    op.create_table(
        "history",
        sa.Column("number", Integer, nullable=False),
        sa.Column("pool_id", String()),
        sa.Column("time", sa.Double(), nullable=False),
        sa.Column("kind", String(), nullable=False),
        sa.Column("key", String(), nullable=False),
        sa.Column("before", sa.JSON()),
        sa.ForeignKeyConstraint(["pool_id"], ["user_pools.id"], name=op.f("fk_history_pool_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_history")),
    )
    op.create_index(op.f("ix_history_pool_id_number"), "history", ["pool_id", "number"])


def _recoveries() -> None:
    op.create_table(
        "recoveries",
        sa.Column("id", String(), nullable=False),
        sa.Column("pool_id", String(), nullable=False),
        sa.Column("status", String(), nullable=False),
        sa.Column("point", sa.Double(), nullable=False),
        sa.Column("initiated", sa.Double(), nullable=False),
        sa.Column("last_change", Integer, nullable=False),
        sa.Column("ended", sa.Double()),
        sa.Column("preview", sa.JSON()),
        sa.ForeignKeyConstraint(["pool_id"], ["user_pools.id"], name=op.f("fk_recoveries_pool_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recoveries")),
    )
    op.create_index(op.f("ix_recoveries_pool_id_initiated_id"), "recoveries", ["pool_id", "initiated", "id"])
    op.create_index(op.f("ix_recoveries_initiated"), "recoveries", ["initiated"])
    op.create_index(op.f("ix_recoveries_status"), "recoveries", ["status"])
