"""Sign-ins at identity providers that browsers are sent to, and the SAML assertions that were used.

Revision: 0012
Revises: 0011
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.column_types import String

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Add the tables."""
    _add_sign_ins()
    _add_assertions()


def _add_sign_ins() -> None:
    name = "federated_sign_ins"
    op.create_table(
        name,
        sa.Column("digest", String(), nullable=False),
        sa.Column("pool_id", String(), nullable=False),
        sa.Column("client_id", String(), nullable=False),
        sa.Column("provider", String(), nullable=False),
        sa.Column("browser", String(), nullable=False),
        sa.Column("query", String(), nullable=False),
        sa.Column("nonce", String(), nullable=False),
        sa.Column("kept", sa.JSON(), nullable=False),
        sa.Column("expires", sa.Double(), nullable=False),
        _reference(name, "pool_id", "user_pools.id"),
        _reference(name, "client_id", "user_pool_clients.id"),
        sa.ForeignKeyConstraint(
            ["pool_id", "provider"],
            ["identity_providers.pool_id", "identity_providers.name"],
            name=op.f(f"fk_{name}_pool_id_provider"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f(f"pk_{name}")),
    )
    for columns in (["pool_id", "provider"], ["client_id"], ["expires"]):
        op.create_index(op.f(f"ix_{name}_{'_'.join(columns)}"), name, columns)


def _add_assertions() -> None:
    name = "used_assertions"
    op.create_table(
        name,
        sa.Column("digest", String(), nullable=False),
        sa.Column("pool_id", String(), nullable=False),
        sa.Column("expires", sa.Double(), nullable=False),
        _reference(name, "pool_id", "user_pools.id"),
        sa.PrimaryKeyConstraint("digest", name=op.f(f"pk_{name}")),
    )
    for column in ("pool_id", "expires"):
        op.create_index(op.f(f"ix_{name}_{column}"), name, [column])


def _reference(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"), ondelete="CASCADE")
