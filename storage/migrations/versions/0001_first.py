"""The first schema. As Alembic wrote it: one long list of tables, which is why its function is long.

Revision: 0001
Revises: nothing
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make every table of the first release."""
    op.create_table(
        "identity_pools",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("created", sa.Double(), nullable=False),
        sa.Column("modified", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_pools")),
    )
    op.create_index(op.f("ix_identity_pools_region_id"), "identity_pools", ["region", "id"], unique=False)
    op.create_table(
        "user_pools",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("created", sa.Double(), nullable=False),
        sa.Column("modified", sa.Double(), nullable=False),
        sa.Column("user_count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_pools")),
    )
    op.create_index(op.f("ix_user_pools_region_id"), "user_pools", ["region", "id"], unique=False)
    op.create_table(
        "groups",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pool_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("created", sa.Double(), nullable=False),
        sa.Column("modified", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["pool_id"], ["user_pools.id"], name=op.f("fk_groups_pool_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_groups")),
        sa.UniqueConstraint("pool_id", "name", name=op.f("uq_groups_pool_id_name")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "identities",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("pool_id", sa.String(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("created", sa.Double(), nullable=False),
        sa.Column("modified", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["pool_id"], ["identity_pools.id"], name=op.f("fk_identities_pool_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identities")),
    )
    op.create_index(op.f("ix_identities_pool_id_id"), "identities", ["pool_id", "id"], unique=False)
    op.create_table(
        "pool_keys",
        sa.Column("kid", sa.String(), nullable=False),
        sa.Column("pool_id", sa.String(), nullable=False),
        sa.Column("use", sa.String(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["pool_id"], ["user_pools.id"], name=op.f("fk_pool_keys_pool_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("kid", name=op.f("pk_pool_keys")),
        sa.UniqueConstraint("pool_id", "use", name=op.f("uq_pool_keys_pool_id_use")),
    )
    op.create_table(
        "user_pool_clients",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("pool_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("created", sa.Double(), nullable=False),
        sa.Column("modified", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["pool_id"], ["user_pools.id"], name=op.f("fk_user_pool_clients_pool_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_pool_clients")),
    )
    op.create_index(op.f("ix_user_pool_clients_pool_id_id"), "user_pool_clients", ["pool_id", "id"], unique=False)
    op.create_table(
        "users",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pool_id", sa.String(), nullable=False),
        sa.Column("username", sa.String(), nullable=False),
        sa.Column("username_key", sa.String(), nullable=False),
        sa.Column("sub", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("password", sa.String(), nullable=True),
        sa.Column("password_set", sa.Double(), nullable=True),
        sa.Column("attributes", sa.JSON(), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("created", sa.Double(), nullable=False),
        sa.Column("modified", sa.Double(), nullable=False),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("phone_number", sa.String(), nullable=True),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("given_name", sa.String(), nullable=True),
        sa.Column("family_name", sa.String(), nullable=True),
        sa.Column("preferred_username", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["pool_id"], ["user_pools.id"], name=op.f("fk_users_pool_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("pool_id", "sub", name=op.f("uq_users_pool_id_sub")),
        sa.UniqueConstraint("pool_id", "username_key", name=op.f("uq_users_pool_id_username_key")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_users_pool_id_email_id"),
        "users",
        ["pool_id", "email", "id"],
        unique=False,
        sqlite_where=sa.text("email IS NOT NULL"),
    )
    op.create_index(op.f("ix_users_pool_id_enabled_id"), "users", ["pool_id", "enabled", "id"], unique=False)
    op.create_index(
        op.f("ix_users_pool_id_family_name_id"),
        "users",
        ["pool_id", "family_name", "id"],
        unique=False,
        sqlite_where=sa.text("family_name IS NOT NULL"),
    )
    op.create_index(
        op.f("ix_users_pool_id_given_name_id"),
        "users",
        ["pool_id", "given_name", "id"],
        unique=False,
        sqlite_where=sa.text("given_name IS NOT NULL"),
    )
    op.create_index(op.f("ix_users_pool_id_id"), "users", ["pool_id", "id"], unique=False)
    op.create_index(
        op.f("ix_users_pool_id_name_id"),
        "users",
        ["pool_id", "name", "id"],
        unique=False,
        sqlite_where=sa.text("name IS NOT NULL"),
    )
    op.create_index(
        op.f("ix_users_pool_id_phone_number_id"),
        "users",
        ["pool_id", "phone_number", "id"],
        unique=False,
        sqlite_where=sa.text("phone_number IS NOT NULL"),
    )
    op.create_index(
        op.f("ix_users_pool_id_preferred_username_id"),
        "users",
        ["pool_id", "preferred_username", "id"],
        unique=False,
        sqlite_where=sa.text("preferred_username IS NOT NULL"),
    )
    op.create_index(op.f("ix_users_pool_id_status_id"), "users", ["pool_id", "status", "id"], unique=False)
    op.create_index(op.f("ix_users_pool_id_username_id"), "users", ["pool_id", "username", "id"], unique=False)
    op.create_table(
        "attempts",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("since", sa.Double(), nullable=False),
        sa.Column("last", sa.Double(), nullable=False),
        sa.Column("locked_until", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_attempts_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", "kind", name=op.f("pk_attempts")),
    )
    op.create_table(
        "client_secrets",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("client_id", sa.String(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["client_id"],
            ["user_pool_clients.id"],
            name=op.f("fk_client_secrets_client_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_client_secrets")),
    )
    op.create_index(op.f("ix_client_secrets_client_id_id"), "client_secrets", ["client_id", "id"], unique=False)
    op.create_table(
        "codes",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("proves", sa.String(), nullable=True),
        sa.Column("value", sa.String(), nullable=True),
        sa.Column("expires", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_codes_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", "purpose", name=op.f("pk_codes")),
    )
    op.create_table(
        "group_members",
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"], ["groups.id"], name=op.f("fk_group_members_group_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_group_members_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("group_id", "user_id", name=op.f("pk_group_members")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_group_members_user_id_group_id"), "group_members", ["user_id", "group_id"], unique=False)
    op.create_table(
        "identity_logins",
        sa.Column("pool_id", sa.String(), nullable=False),
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("identity_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["identity_id"],
            ["identities.id"],
            name=op.f("fk_identity_logins_identity_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["pool_id"], ["identity_pools.id"], name=op.f("fk_identity_logins_pool_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("pool_id", "provider", "subject", name=op.f("pk_identity_logins")),
    )
    op.create_index(
        op.f("ix_identity_logins_identity_id_provider"),
        "identity_logins",
        ["identity_id", "provider"],
        unique=False,
    )
    op.create_table(
        "password_history",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("password", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_password_history_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_password_history")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_password_history_user_id_id"), "password_history", ["user_id", "id"], unique=False)
    op.create_table(
        "sign_ins",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("pool_id", sa.String(), nullable=False),
        sa.Column("client_id", sa.String(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("challenge", sa.String(), nullable=False),
        sa.Column("state", sa.JSON(), nullable=False),
        sa.Column("expires", sa.Double(), nullable=False),
        sa.Column("spent", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["client_id"], ["user_pool_clients.id"], name=op.f("fk_sign_ins_client_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["pool_id"], ["user_pools.id"], name=op.f("fk_sign_ins_pool_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_sign_ins_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_sign_ins")),
    )
    op.create_index(op.f("ix_sign_ins_client_id"), "sign_ins", ["client_id"], unique=False)
    op.create_index(op.f("ix_sign_ins_expires"), "sign_ins", ["expires"], unique=False)
    op.create_index(op.f("ix_sign_ins_pool_id"), "sign_ins", ["pool_id"], unique=False)
    op.create_index(op.f("ix_sign_ins_user_id"), "sign_ins", ["user_id"], unique=False)
    op.create_table(
        "token_families",
        sa.Column("origin_jti", sa.String(), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("pool_id", sa.String(), nullable=False),
        sa.Column("client_id", sa.String(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("auth_time", sa.Integer(), nullable=False),
        sa.Column("expires", sa.Double(), nullable=False),
        sa.Column("revoked", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["client_id"],
            ["user_pool_clients.id"],
            name=op.f("fk_token_families_client_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["pool_id"], ["user_pools.id"], name=op.f("fk_token_families_pool_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_token_families_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("origin_jti", name=op.f("pk_token_families")),
        sa.UniqueConstraint("event_id", name=op.f("uq_token_families_event_id")),
    )
    op.create_index(op.f("ix_token_families_client_id"), "token_families", ["client_id"], unique=False)
    op.create_index(op.f("ix_token_families_expires"), "token_families", ["expires"], unique=False)
    op.create_index(op.f("ix_token_families_pool_id"), "token_families", ["pool_id"], unique=False)
    op.create_index(op.f("ix_token_families_user_id"), "token_families", ["user_id"], unique=False)
    op.create_table(
        "user_aliases",
        sa.Column("pool_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["pool_id"], ["user_pools.id"], name=op.f("fk_user_aliases_pool_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_user_aliases_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("pool_id", "kind", "key", name=op.f("pk_user_aliases")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_user_aliases_user_id"), "user_aliases", ["user_id"], unique=False)
    op.create_table(
        "refresh_tokens",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("origin_jti", sa.String(), nullable=False),
        sa.Column("expires", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["origin_jti"],
            ["token_families.origin_jti"],
            name=op.f("fk_refresh_tokens_origin_jti"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_refresh_tokens")),
    )
    op.create_index(op.f("ix_refresh_tokens_origin_jti"), "refresh_tokens", ["origin_jti"], unique=False)
