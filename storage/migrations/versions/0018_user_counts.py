"""The number of users of a pool in a table of its own, and the version of the configuration.

A sign-up changes the number, and is not to change the pool: it is configuration, which processes remember.

Revision: 0018
Revises: 0017
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.column_types import Integer, String
from storage.failures import DatabaseUnusable

revision = "0018"
down_revision = "0017"

_DROPS_COLUMNS = (3, 35)
"""The first version of SQLite that can drop a column."""


def upgrade() -> None:
    """Move the numbers, and add the version. Raises `DatabaseUnusable` where SQLite is too old to drop a column."""
    dialect = op.get_bind().dialect
    version = getattr(dialect, "server_version_info", None) or _DROPS_COLUMNS
    if dialect.name == "sqlite" and version < _DROPS_COLUMNS:
        found = ".".join(map(str, version))
        raise DatabaseUnusable(f"bringing it up to date takes SQLite 3.35 or later; this Python has {found}")
    op.create_table(
        "user_counts",
        sa.Column("pool_id", String(), nullable=False),
        sa.Column("users", Integer, nullable=False),
        sa.ForeignKeyConstraint(
            ["pool_id"], ["user_pools.id"], name=op.f("fk_user_counts_pool_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("pool_id", name=op.f("pk_user_counts")),
        sqlite_with_rowid=False,
    )
    op.execute("INSERT INTO user_counts (pool_id, users) SELECT id, user_count FROM user_pools WHERE user_count > 0")
    op.drop_column("user_pools", "user_count")
    op.add_column("server_state", sa.Column("configuration", Integer, nullable=False, server_default="0"))
