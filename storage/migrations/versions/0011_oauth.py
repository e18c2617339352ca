"""Authorization codes, browser sessions, and client ID metadata documents as they were received.

Revision: 0011
Revises: 0010
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.column_types import Integer, String

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Add the tables."""
    _add_documents()
    _add_codes()
    _add_sessions()


def _add_documents() -> None:
    op.create_table(
        "metadata_documents",
        sa.Column("url", String(), nullable=False),
        sa.Column("put", sa.Boolean(), nullable=False),
        sa.Column("document", sa.JSON(none_as_null=True)),
        sa.Column("problem", String()),
        sa.Column("received", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("url", name=op.f("pk_metadata_documents")),
    )
    op.create_index(op.f("ix_metadata_documents_put_received"), "metadata_documents", ["put", "received"])


def _add_codes() -> None:
    name = "authorization_codes"
    op.create_table(
        name,
        sa.Column("digest", String(), nullable=False),
        sa.Column("pool_id", String(), nullable=False),
        sa.Column("client_id", String(), nullable=False),
        sa.Column("user_id", Integer, nullable=False),
        sa.Column("presented", String(), nullable=False),
        sa.Column("redirect_uri", String(), nullable=False),
        sa.Column("challenge", String()),
        sa.Column("auth_time", Integer, nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("expires", sa.Double(), nullable=False),
        sa.Column("spent", sa.Boolean(), nullable=False),
        sa.Column("origin_jti", String()),
        *(_reference(name, column, target) for column, target in (*_OF_POOL_AND_USER, _OF_CLIENT)),
        sa.PrimaryKeyConstraint("digest", name=op.f(f"pk_{name}")),
    )
    for column in ("pool_id", "client_id", "user_id", "expires"):
        op.create_index(op.f(f"ix_{name}_{column}"), name, [column])


def _add_sessions() -> None:
    name = "browser_sessions"
    op.create_table(
        name,
        sa.Column("digest", String(), nullable=False),
        sa.Column("id", String(), nullable=False),
        sa.Column("pool_id", String(), nullable=False),
        sa.Column("user_id", Integer, nullable=False),
        sa.Column("provider", String(), nullable=False),
        sa.Column("auth_time", Integer, nullable=False),
        sa.Column("active", sa.Double(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("expires", sa.Double(), nullable=False),
        *(_reference(name, column, target) for column, target in _OF_POOL_AND_USER),
        sa.PrimaryKeyConstraint("digest", name=op.f(f"pk_{name}")),
        sa.UniqueConstraint("id", name=op.f(f"uq_{name}_id")),
    )
    for column in ("pool_id", "user_id", "expires"):
        op.create_index(op.f(f"ix_{name}_{column}"), name, [column])


_OF_POOL_AND_USER = (("pool_id", "user_pools.id"), ("user_id", "users.id"))
_OF_CLIENT = ("client_id", "user_pool_clients.id")


def _reference(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"), ondelete="CASCADE")
