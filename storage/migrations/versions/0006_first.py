"""The first schema: every table of the first release. Long, since it is one list of tables as Alembic wrote it.

Databases from before the release have some of the tables already, hence IF NOT EXISTS; `older` adds what those lack.
Its number is 0006 since five revisions came before it; they are merged into it.

Revision: 0006
Revises: nothing
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.column_types import Integer, String
from storage.migrations import older

revision = "0006"
down_revision = None


def upgrade() -> None:
    """Bring the tables of an older database up to date, then create every table and index that is missing."""
    older.add_columns()
    op.create_table(
        "identity_pools",
        sa.Column("id", String(), nullable=False),
        sa.Column("region", String(), nullable=False),
        sa.Column("name", String(), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("created", sa.Double(), nullable=False),
        sa.Column("modified", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_pools")),
        if_not_exists=True,
    )
    op.create_index(
        op.f("ix_identity_pools_region_id"), "identity_pools", ["region", "id"], unique=False, if_not_exists=True
    )
    op.create_table(
        "key_checks",
        sa.Column("id", Integer, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_key_checks")),
        if_not_exists=True,
    )
    op.create_table(
        "provisioned_limits",
        sa.Column("region", String(), nullable=False),
        sa.Column("category", String(), nullable=False),
        sa.Column("value", Integer, nullable=False),
        sa.PrimaryKeyConstraint("region", "category", name=op.f("pk_provisioned_limits")),
        if_not_exists=True,
    )
    op.create_table(
        "user_pools",
        sa.Column("id", String(), nullable=False),
        sa.Column("region", String(), nullable=False),
        sa.Column("name", String(), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("created", sa.Double(), nullable=False),
        sa.Column("modified", sa.Double(), nullable=False),
        sa.Column("user_count", Integer, nullable=False),
        sa.Column("further", sa.JSON(), server_default="{}", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_pools")),
        if_not_exists=True,
    )
    op.create_index(op.f("ix_user_pools_region_id"), "user_pools", ["region", "id"], unique=False, if_not_exists=True)
    op.create_table(
        "domains",
        sa.Column("name", String(), nullable=False),
        sa.Column("region", String(), nullable=False),
        sa.Column("pool_id", String(), nullable=False),
        sa.Column("custom", sa.Boolean(), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("created", sa.Double(), nullable=False),
        sa.Column("modified", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["pool_id"], ["user_pools.id"], name=op.f("fk_domains_pool_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("name", "region", name=op.f("pk_domains")),
        sa.UniqueConstraint("pool_id", "custom", name=op.f("uq_domains_pool_id_custom")),
        if_not_exists=True,
    )
    op.create_index(op.f("ix_domains_region_custom"), "domains", ["region", "custom"], unique=False, if_not_exists=True)
    op.create_table(
        "groups",
        sa.Column("id", Integer, nullable=False),
        sa.Column("pool_id", String(), nullable=False),
        sa.Column("name", String(), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("created", sa.Double(), nullable=False),
        sa.Column("modified", sa.Double(), nullable=False),
        sa.Column("key", String(), nullable=True),
        sa.ForeignKeyConstraint(["pool_id"], ["user_pools.id"], name=op.f("fk_groups_pool_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_groups")),
        sa.UniqueConstraint("pool_id", "name", name=op.f("uq_groups_pool_id_name")),
        sqlite_autoincrement=True,
        if_not_exists=True,
    )
    op.create_index(op.f("ix_groups_pool_id_key"), "groups", ["pool_id", "key"], unique=True, if_not_exists=True)
    op.create_table(
        "identities",
        sa.Column("id", String(), nullable=False),
        sa.Column("pool_id", String(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("created", sa.Double(), nullable=False),
        sa.Column("modified", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["pool_id"], ["identity_pools.id"], name=op.f("fk_identities_pool_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identities")),
        if_not_exists=True,
    )
    op.create_index(op.f("ix_identities_pool_id_id"), "identities", ["pool_id", "id"], unique=False, if_not_exists=True)
    op.create_table(
        "identity_providers",
        sa.Column("pool_id", String(), nullable=False),
        sa.Column("name", String(), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("created", sa.Double(), nullable=False),
        sa.Column("modified", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["pool_id"], ["user_pools.id"], name=op.f("fk_identity_providers_pool_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("pool_id", "name", name=op.f("pk_identity_providers")),
        if_not_exists=True,
    )
    op.create_table(
        "import_jobs",
        sa.Column("id", String(), nullable=False),
        sa.Column("pool_id", String(), nullable=False),
        sa.Column("status", String(), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("created", sa.Double(), nullable=False),
        sa.Column("progress", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["pool_id"], ["user_pools.id"], name=op.f("fk_import_jobs_pool_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_jobs")),
        if_not_exists=True,
    )
    op.create_index(
        op.f("ix_import_jobs_pool_id_created_id"),
        "import_jobs",
        ["pool_id", "created", "id"],
        unique=False,
        if_not_exists=True,
    )
    op.create_index(op.f("ix_import_jobs_status"), "import_jobs", ["status"], unique=False, if_not_exists=True)
    op.create_table(
        "pool_keys",
        sa.Column("kid", String(), nullable=False),
        sa.Column("pool_id", String(), nullable=False),
        sa.Column("use", String(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["pool_id"], ["user_pools.id"], name=op.f("fk_pool_keys_pool_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("kid", name=op.f("pk_pool_keys")),
        sa.UniqueConstraint("pool_id", "use", name=op.f("uq_pool_keys_pool_id_use")),
        if_not_exists=True,
    )
    op.create_table(
        "replicas",
        sa.Column("pool_id", String(), nullable=False),
        sa.Column("region", String(), nullable=False),
        sa.Column("status", String(), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("created", sa.Double(), nullable=False),
        sa.Column("modified", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["pool_id"], ["user_pools.id"], name=op.f("fk_replicas_pool_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("pool_id", "region", name=op.f("pk_replicas")),
        if_not_exists=True,
    )
    op.create_index(op.f("ix_replicas_region"), "replicas", ["region"], unique=False, if_not_exists=True)
    op.create_table(
        "resource_servers",
        sa.Column("pool_id", String(), nullable=False),
        sa.Column("identifier", String(), nullable=False),
        sa.Column("name", String(), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["pool_id"], ["user_pools.id"], name=op.f("fk_resource_servers_pool_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("pool_id", "identifier", name=op.f("pk_resource_servers")),
        if_not_exists=True,
    )
    op.create_table(
        "stand_in_attempts",
        sa.Column("id", Integer, nullable=False),
        sa.Column("pool_id", String(), nullable=False),
        sa.Column("name", String(), nullable=False),
        sa.Column("kind", String(), nullable=False),
        sa.Column("count", Integer, nullable=False),
        sa.Column("since", sa.Double(), nullable=False),
        sa.Column("last", sa.Double(), nullable=False),
        sa.Column("locked_until", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["pool_id"], ["user_pools.id"], name=op.f("fk_stand_in_attempts_pool_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stand_in_attempts")),
        sa.UniqueConstraint("pool_id", "name", "kind", name=op.f("uq_stand_in_attempts_pool_id_name_kind")),
        sqlite_autoincrement=True,
        if_not_exists=True,
    )
    op.create_index(op.f("ix_stand_in_attempts_last"), "stand_in_attempts", ["last"], unique=False, if_not_exists=True)
    op.create_table(
        "user_pool_clients",
        sa.Column("id", String(), nullable=False),
        sa.Column("pool_id", String(), nullable=False),
        sa.Column("name", String(), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("created", sa.Double(), nullable=False),
        sa.Column("modified", sa.Double(), nullable=False),
        sa.Column("further", sa.JSON(), server_default="{}", nullable=False),
        sa.ForeignKeyConstraint(
            ["pool_id"], ["user_pools.id"], name=op.f("fk_user_pool_clients_pool_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_pool_clients")),
        if_not_exists=True,
    )
    op.create_index(
        op.f("ix_user_pool_clients_pool_id_id"),
        "user_pool_clients",
        ["pool_id", "id"],
        unique=False,
        if_not_exists=True,
    )
    op.create_table(
        "users",
        sa.Column("id", Integer, nullable=False),
        sa.Column("pool_id", String(), nullable=False),
        sa.Column("username", String(), nullable=False),
        sa.Column("username_key", String(), nullable=False),
        sa.Column("sub", String(), nullable=False),
        sa.Column("status", String(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("password", String(), nullable=True),
        sa.Column("password_set", sa.Double(), nullable=True),
        sa.Column("attributes", sa.JSON(), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("created", sa.Double(), nullable=False),
        sa.Column("modified", sa.Double(), nullable=False),
        sa.Column("email", String(), nullable=True),
        sa.Column("phone_number", String(), nullable=True),
        sa.Column("name", String(), nullable=True),
        sa.Column("given_name", String(), nullable=True),
        sa.Column("family_name", String(), nullable=True),
        sa.Column("preferred_username", String(), nullable=True),
        sa.Column("verifier", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["pool_id"], ["user_pools.id"], name=op.f("fk_users_pool_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("pool_id", "sub", name=op.f("uq_users_pool_id_sub")),
        sa.UniqueConstraint("pool_id", "username_key", name=op.f("uq_users_pool_id_username_key")),
        sqlite_autoincrement=True,
        if_not_exists=True,
    )
    op.create_index(
        op.f("ix_users_pool_id_email_id"),
        "users",
        ["pool_id", "email", "id"],
        unique=False,
        sqlite_where=sa.text("email IS NOT NULL"),
        postgresql_where=sa.text("email IS NOT NULL"),
        if_not_exists=True,
    )
    op.create_index(
        op.f("ix_users_pool_id_enabled_id"), "users", ["pool_id", "enabled", "id"], unique=False, if_not_exists=True
    )
    op.create_index(
        op.f("ix_users_pool_id_family_name_id"),
        "users",
        ["pool_id", "family_name", "id"],
        unique=False,
        sqlite_where=sa.text("family_name IS NOT NULL"),
        postgresql_where=sa.text("family_name IS NOT NULL"),
        if_not_exists=True,
    )
    op.create_index(
        op.f("ix_users_pool_id_given_name_id"),
        "users",
        ["pool_id", "given_name", "id"],
        unique=False,
        sqlite_where=sa.text("given_name IS NOT NULL"),
        postgresql_where=sa.text("given_name IS NOT NULL"),
        if_not_exists=True,
    )
    op.create_index(op.f("ix_users_pool_id_id"), "users", ["pool_id", "id"], unique=False, if_not_exists=True)
    op.create_index(
        op.f("ix_users_pool_id_name_id"),
        "users",
        ["pool_id", "name", "id"],
        unique=False,
        sqlite_where=sa.text("name IS NOT NULL"),
        postgresql_where=sa.text("name IS NOT NULL"),
        if_not_exists=True,
    )
    op.create_index(
        op.f("ix_users_pool_id_phone_number_id"),
        "users",
        ["pool_id", "phone_number", "id"],
        unique=False,
        sqlite_where=sa.text("phone_number IS NOT NULL"),
        postgresql_where=sa.text("phone_number IS NOT NULL"),
        if_not_exists=True,
    )
    op.create_index(
        op.f("ix_users_pool_id_preferred_username_id"),
        "users",
        ["pool_id", "preferred_username", "id"],
        unique=False,
        sqlite_where=sa.text("preferred_username IS NOT NULL"),
        postgresql_where=sa.text("preferred_username IS NOT NULL"),
        if_not_exists=True,
    )
    op.create_index(
        op.f("ix_users_pool_id_status_id"), "users", ["pool_id", "status", "id"], unique=False, if_not_exists=True
    )
    op.create_index(
        op.f("ix_users_pool_id_username_id"), "users", ["pool_id", "username", "id"], unique=False, if_not_exists=True
    )
    op.create_table(
        "attempts",
        sa.Column("user_id", Integer, nullable=False),
        sa.Column("kind", String(), nullable=False),
        sa.Column("count", Integer, nullable=False),
        sa.Column("since", sa.Double(), nullable=False),
        sa.Column("last", sa.Double(), nullable=False),
        sa.Column("locked_until", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_attempts_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", "kind", name=op.f("pk_attempts")),
        if_not_exists=True,
    )
    op.create_table(
        "auth_events",
        sa.Column("number", Integer, nullable=False),
        sa.Column("id", String(), nullable=False),
        sa.Column("pool_id", String(), nullable=False),
        sa.Column("user_id", Integer, nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("created", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["pool_id"], ["user_pools.id"], name=op.f("fk_auth_events_pool_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_auth_events_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_auth_events")),
        sa.UniqueConstraint("user_id", "id", name=op.f("uq_auth_events_user_id_id")),
        sqlite_autoincrement=True,
        if_not_exists=True,
    )
    op.create_index(op.f("ix_auth_events_created"), "auth_events", ["created"], unique=False, if_not_exists=True)
    op.create_index(op.f("ix_auth_events_pool_id"), "auth_events", ["pool_id"], unique=False, if_not_exists=True)
    op.create_index(
        op.f("ix_auth_events_user_id_number"), "auth_events", ["user_id", "number"], unique=False, if_not_exists=True
    )
    op.create_table(
        "brandings",
        sa.Column("id", String(), nullable=False),
        sa.Column("pool_id", String(), nullable=False),
        sa.Column("client_id", String(), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("created", sa.Double(), nullable=False),
        sa.Column("modified", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["client_id"], ["user_pool_clients.id"], name=op.f("fk_brandings_client_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["pool_id"], ["user_pools.id"], name=op.f("fk_brandings_pool_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_brandings")),
        sa.UniqueConstraint("client_id", name=op.f("uq_brandings_client_id")),
        if_not_exists=True,
    )
    op.create_index(op.f("ix_brandings_pool_id"), "brandings", ["pool_id"], unique=False, if_not_exists=True)
    op.create_table(
        "client_secrets",
        sa.Column("id", String(), nullable=False),
        sa.Column("client_id", String(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["client_id"], ["user_pool_clients.id"], name=op.f("fk_client_secrets_client_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_client_secrets")),
        if_not_exists=True,
    )
    op.create_index(
        op.f("ix_client_secrets_client_id_id"), "client_secrets", ["client_id", "id"], unique=False, if_not_exists=True
    )
    op.create_table(
        "codes",
        sa.Column("user_id", Integer, nullable=False),
        sa.Column("purpose", String(), nullable=False),
        sa.Column("digest", String(), nullable=False),
        sa.Column("proves", String(), nullable=True),
        sa.Column("value", String(), nullable=True),
        sa.Column("expires", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_codes_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", "purpose", name=op.f("pk_codes")),
        if_not_exists=True,
    )
    op.create_table(
        "devices",
        sa.Column("key", String(), nullable=False),
        sa.Column("user_id", Integer, nullable=False),
        sa.Column("group_key", String(), nullable=False),
        sa.Column("verifier", sa.LargeBinary(), nullable=False),
        sa.Column("remembered", sa.Boolean(), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("created", sa.Double(), nullable=False),
        sa.Column("modified", sa.Double(), nullable=False),
        sa.Column("authenticated", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_devices_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_devices")),
        if_not_exists=True,
    )
    op.create_index(op.f("ix_devices_user_id_key"), "devices", ["user_id", "key"], unique=False, if_not_exists=True)
    op.create_table(
        "group_members",
        sa.Column("group_id", Integer, nullable=False),
        sa.Column("user_id", Integer, nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"], ["groups.id"], name=op.f("fk_group_members_group_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_group_members_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("group_id", "user_id", name=op.f("pk_group_members")),
        sqlite_with_rowid=False,
        if_not_exists=True,
    )
    op.create_index(
        op.f("ix_group_members_user_id_group_id"),
        "group_members",
        ["user_id", "group_id"],
        unique=False,
        if_not_exists=True,
    )
    op.create_table(
        "identity_logins",
        sa.Column("pool_id", String(), nullable=False),
        sa.Column("provider", String(), nullable=False),
        sa.Column("subject", String(), nullable=False),
        sa.Column("identity_id", String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["identity_id"], ["identities.id"], name=op.f("fk_identity_logins_identity_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["pool_id"], ["identity_pools.id"], name=op.f("fk_identity_logins_pool_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("pool_id", "provider", "subject", name=op.f("pk_identity_logins")),
        if_not_exists=True,
    )
    op.create_index(
        op.f("ix_identity_logins_identity_id_provider"),
        "identity_logins",
        ["identity_id", "provider"],
        unique=False,
        if_not_exists=True,
    )
    op.create_table(
        "passkeys",
        sa.Column("pool_id", String(), nullable=False),
        sa.Column("id", String(), nullable=False),
        sa.Column("user_id", Integer, nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", Integer, nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("created", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["pool_id"], ["user_pools.id"], name=op.f("fk_passkeys_pool_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_passkeys_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("pool_id", "id", name=op.f("pk_passkeys")),
        if_not_exists=True,
    )
    op.create_index(op.f("ix_passkeys_user_id_id"), "passkeys", ["user_id", "id"], unique=False, if_not_exists=True)
    op.create_table(
        "password_history",
        sa.Column("id", Integer, nullable=False),
        sa.Column("user_id", Integer, nullable=False),
        sa.Column("password", String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_password_history_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_password_history")),
        sqlite_autoincrement=True,
        if_not_exists=True,
    )
    op.create_index(
        op.f("ix_password_history_user_id_id"), "password_history", ["user_id", "id"], unique=False, if_not_exists=True
    )
    op.create_table(
        "provider_identifiers",
        sa.Column("pool_id", String(), nullable=False),
        sa.Column("identifier", String(), nullable=False),
        sa.Column("provider", String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["pool_id", "provider"],
            ["identity_providers.pool_id", "identity_providers.name"],
            name=op.f("fk_provider_identifiers_pool_id_provider"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["pool_id"], ["user_pools.id"], name=op.f("fk_provider_identifiers_pool_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("pool_id", "identifier", name=op.f("pk_provider_identifiers")),
        if_not_exists=True,
    )
    op.create_index(
        op.f("ix_provider_identifiers_pool_id_provider"),
        "provider_identifiers",
        ["pool_id", "provider"],
        unique=False,
        if_not_exists=True,
    )
    op.create_table(
        "sign_ins",
        sa.Column("digest", String(), nullable=False),
        sa.Column("pool_id", String(), nullable=False),
        sa.Column("client_id", String(), nullable=False),
        sa.Column("user_id", Integer, nullable=True),
        sa.Column("challenge", String(), nullable=False),
        sa.Column("state", sa.JSON(), nullable=False),
        sa.Column("expires", sa.Double(), nullable=False),
        sa.Column("spent", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["client_id"], ["user_pool_clients.id"], name=op.f("fk_sign_ins_client_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["pool_id"], ["user_pools.id"], name=op.f("fk_sign_ins_pool_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_sign_ins_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_sign_ins")),
        if_not_exists=True,
    )
    op.create_index(op.f("ix_sign_ins_client_id"), "sign_ins", ["client_id"], unique=False, if_not_exists=True)
    op.create_index(op.f("ix_sign_ins_expires"), "sign_ins", ["expires"], unique=False, if_not_exists=True)
    op.create_index(op.f("ix_sign_ins_pool_id"), "sign_ins", ["pool_id"], unique=False, if_not_exists=True)
    op.create_index(op.f("ix_sign_ins_user_id"), "sign_ins", ["user_id"], unique=False, if_not_exists=True)
    op.create_table(
        "software_tokens",
        sa.Column("user_id", Integer, autoincrement=False, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("pending", sa.LargeBinary(), nullable=True),
        sa.Column("name", String(), nullable=True),
        sa.Column("last_step", Integer, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_software_tokens_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_software_tokens")),
        if_not_exists=True,
    )
    op.create_table(
        "terms",
        sa.Column("id", String(), nullable=False),
        sa.Column("pool_id", String(), nullable=False),
        sa.Column("client_id", String(), nullable=False),
        sa.Column("name", String(), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("created", sa.Double(), nullable=False),
        sa.Column("modified", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["client_id"], ["user_pool_clients.id"], name=op.f("fk_terms_client_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["pool_id"], ["user_pools.id"], name=op.f("fk_terms_pool_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_terms")),
        sa.UniqueConstraint("client_id", "name", name=op.f("uq_terms_client_id_name")),
        if_not_exists=True,
    )
    op.create_index(op.f("ix_terms_pool_id_id"), "terms", ["pool_id", "id"], unique=False, if_not_exists=True)
    op.create_table(
        "token_families",
        sa.Column("origin_jti", String(), nullable=False),
        sa.Column("event_id", String(), nullable=False),
        sa.Column("pool_id", String(), nullable=False),
        sa.Column("client_id", String(), nullable=False),
        sa.Column("user_id", Integer, nullable=False),
        sa.Column("auth_time", Integer, nullable=False),
        sa.Column("expires", sa.Double(), nullable=False),
        sa.Column("revoked", sa.Boolean(), nullable=False),
        sa.Column("device_key", String(), nullable=True),
        sa.Column("session", String(), nullable=True),
        sa.Column("active", sa.Double(), server_default="0", nullable=False),
        sa.Column("details", sa.JSON(), server_default="{}", nullable=False),
        sa.ForeignKeyConstraint(
            ["client_id"], ["user_pool_clients.id"], name=op.f("fk_token_families_client_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["pool_id"], ["user_pools.id"], name=op.f("fk_token_families_pool_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_token_families_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("origin_jti", name=op.f("pk_token_families")),
        sa.UniqueConstraint("event_id", name=op.f("uq_token_families_event_id")),
        if_not_exists=True,
    )
    op.create_index(
        op.f("ix_token_families_client_id"), "token_families", ["client_id"], unique=False, if_not_exists=True
    )
    op.create_index(op.f("ix_token_families_expires"), "token_families", ["expires"], unique=False, if_not_exists=True)
    op.create_index(op.f("ix_token_families_pool_id"), "token_families", ["pool_id"], unique=False, if_not_exists=True)
    op.create_index(op.f("ix_token_families_session"), "token_families", ["session"], unique=True, if_not_exists=True)
    op.create_index(op.f("ix_token_families_user_id"), "token_families", ["user_id"], unique=False, if_not_exists=True)
    op.create_table(
        "ui_customizations",
        sa.Column("scope", String(), nullable=False),
        sa.Column("pool_id", String(), nullable=False),
        sa.Column("client_id", String(), nullable=True),
        sa.Column("css", String(), nullable=True),
        sa.Column("image", sa.LargeBinary(), nullable=True),
        sa.Column("version", String(), nullable=False),
        sa.Column("created", sa.Double(), nullable=False),
        sa.Column("modified", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["client_id"], ["user_pool_clients.id"], name=op.f("fk_ui_customizations_client_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["pool_id"], ["user_pools.id"], name=op.f("fk_ui_customizations_pool_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("scope", name=op.f("pk_ui_customizations")),
        if_not_exists=True,
    )
    op.create_index(
        op.f("ix_ui_customizations_client_id"), "ui_customizations", ["client_id"], unique=False, if_not_exists=True
    )
    op.create_index(
        op.f("ix_ui_customizations_pool_id"), "ui_customizations", ["pool_id"], unique=False, if_not_exists=True
    )
    op.create_table(
        "user_aliases",
        sa.Column("pool_id", String(), nullable=False),
        sa.Column("kind", String(), nullable=False),
        sa.Column("key", String(), nullable=False),
        sa.Column("user_id", Integer, nullable=False),
        sa.ForeignKeyConstraint(
            ["pool_id"], ["user_pools.id"], name=op.f("fk_user_aliases_pool_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_user_aliases_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("pool_id", "kind", "key", name=op.f("pk_user_aliases")),
        sqlite_with_rowid=False,
        if_not_exists=True,
    )
    op.create_index(op.f("ix_user_aliases_user_id"), "user_aliases", ["user_id"], unique=False, if_not_exists=True)
    op.create_table(
        "user_links",
        sa.Column("pool_id", String(), nullable=False),
        sa.Column("provider", String(), nullable=False),
        sa.Column("attribute", String(), nullable=False),
        sa.Column("value", String(), nullable=False),
        sa.Column("user_id", Integer, nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("created", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["pool_id"], ["user_pools.id"], name=op.f("fk_user_links_pool_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_user_links_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("pool_id", "provider", "attribute", "value", name=op.f("pk_user_links")),
        if_not_exists=True,
    )
    op.create_index(op.f("ix_user_links_user_id"), "user_links", ["user_id"], unique=False, if_not_exists=True)
    op.create_table(
        "branding_assets",
        sa.Column("branding_id", String(), nullable=False),
        sa.Column("number", Integer, nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["branding_id"], ["brandings.id"], name=op.f("fk_branding_assets_branding_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("branding_id", "number", name=op.f("pk_branding_assets")),
        if_not_exists=True,
    )
    op.create_table(
        "refresh_tokens",
        sa.Column("digest", String(), nullable=False),
        sa.Column("origin_jti", String(), nullable=False),
        sa.Column("expires", sa.Double(), nullable=False),
        sa.Column("rotated", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(
            ["origin_jti"], ["token_families.origin_jti"], name=op.f("fk_refresh_tokens_origin_jti"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_refresh_tokens")),
        if_not_exists=True,
    )
    op.create_index(
        op.f("ix_refresh_tokens_origin_jti"), "refresh_tokens", ["origin_jti"], unique=False, if_not_exists=True
    )
