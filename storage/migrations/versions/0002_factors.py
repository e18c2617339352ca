"""What users sign in with beside their password, and what families and pools say beyond the first schema.

Revision: 0002
Revises: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add columns, then the tables of software tokens, devices and passkeys."""
    op.add_column("user_pools", sa.Column("further", sa.JSON(), server_default="{}", nullable=False))
    op.add_column("user_pool_clients", sa.Column("further", sa.JSON(), server_default="{}", nullable=False))
    op.add_column("users", sa.Column("verifier", sa.LargeBinary(), nullable=True))
    op.add_column("token_families", sa.Column("device_key", sa.String(), nullable=True))
    op.add_column("token_families", sa.Column("session", sa.String(), nullable=True))
    op.add_column("token_families", sa.Column("active", sa.Double(), server_default="0", nullable=False))
    op.add_column("token_families", sa.Column("details", sa.JSON(), server_default="{}", nullable=False))
    op.create_index(op.f("ix_token_families_session"), "token_families", ["session"], unique=True)
    op.add_column("refresh_tokens", sa.Column("rotated", sa.Double(), nullable=True))
    op.create_table(
        "software_tokens",
        sa.Column("user_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("pending", sa.LargeBinary(), nullable=True),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_software_tokens_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_software_tokens")),
    )
    op.create_table(
        "devices",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("group_key", sa.String(), nullable=False),
        sa.Column("verifier", sa.LargeBinary(), nullable=False),
        sa.Column("remembered", sa.Boolean(), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("created", sa.Double(), nullable=False),
        sa.Column("modified", sa.Double(), nullable=False),
        sa.Column("authenticated", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_devices_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_devices")),
    )
    op.create_index(op.f("ix_devices_user_id_key"), "devices", ["user_id", "key"], unique=False)
    op.create_table(
        "passkeys",
        sa.Column("pool_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.Integer(), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("created", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["pool_id"], ["user_pools.id"], name=op.f("fk_passkeys_pool_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_passkeys_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("pool_id", "id", name=op.f("pk_passkeys")),
    )
    op.create_index(op.f("ix_passkeys_user_id_id"), "passkeys", ["user_id", "id"], unique=False)
