"""Names of groups, and what users are searched by, compare without regard to case.

Revision: 0005
Revises: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_SEARCHED = ("email", "phone_number", "name", "given_name", "family_name", "preferred_username")
_BATCH = 1_000

_pools = sa.table("user_pools", sa.column("id"), sa.column("settings", sa.JSON))
_groups = sa.table("groups", *(sa.column(name) for name in ("id", "pool_id", "name", "key")))
_users = sa.table("users", *(sa.column(name) for name in ("id", *_SEARCHED)))


def upgrade() -> None:
    """Add the names of groups as they compare, and write what users are searched by in lower case."""
    op.add_column("groups", sa.Column("key", sa.String(), nullable=True))
    _write_keys(op.get_bind())
    op.create_index(op.f("ix_groups_pool_id_key"), "groups", ["pool_id", "key"], unique=True)
    _lower_searched(op.get_bind())


def _write_keys(connection: sa.Connection) -> None:
    """Of groups of one pool whose names differ in case only, the later ones get keys that no name compares as."""
    group = _groups.c
    query = sa.select(group.id, group.pool_id, group.name, _pools.c.settings)
    taken, changes = set(), []
    for number, pool_id, name, settings in connection.execute(
        query.join(_pools, _pools.c.id == group.pool_id).order_by(group.id)
    ).all():
        key = name if (settings.get("UsernameConfiguration") or {}).get("CaseSensitive", True) else name.lower()
        key = f" {name}" if (pool_id, key) in taken else key
        taken.add((pool_id, key))
        changes.append({"number": number, "key": key})
    _change(
        connection, _groups.update().where(group.id == sa.bindparam("number")).values(key=sa.bindparam("key")), changes
    )


def _lower_searched(connection: sa.Connection) -> None:
    """In Python, since SQLite's own `lower` knows no letters but those of ASCII."""
    user, last = _users.c, 0
    query = sa.select(_users).where(user.id > sa.bindparam("last")).order_by(user.id).limit(_BATCH)
    values: dict[str, sa.BindParameter[str]] = {name: sa.bindparam(f"new_{name}") for name in _SEARCHED}
    update = _users.update().where(user.id == sa.bindparam("number")).values(values)
    while rows := connection.execute(query, {"last": last}).mappings().all():
        last = rows[-1]["id"]
        changes = []
        for row in rows:
            lowered = {name: row[name] and row[name].lower() for name in _SEARCHED}
            if any(lowered[name] != row[name] for name in _SEARCHED):
                changes.append({"number": row["id"], **{f"new_{name}": value for name, value in lowered.items()}})
        _change(connection, update, changes)


def _change(connection: sa.Connection, statement: sa.Update, changes: list[dict[str, object]]) -> None:
    if changes:
        connection.execute(statement, changes)
