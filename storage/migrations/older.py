"""Databases from before the first release: the columns that their tables lack, and what stands in them.

Run by the first revision, inside Alembic. What is there decides, not the revision that the database was at.
"""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

_SEARCHED = ("email", "phone_number", "name", "given_name", "family_name", "preferred_username")
_BATCH = 1_000

_pools = sa.table("user_pools", sa.column("id"), sa.column("settings", sa.JSON))
_groups = sa.table("groups", *(sa.column(name) for name in ("id", "pool_id", "name", "key")))
_users = sa.table("users", *(sa.column(name) for name in ("id", *_SEARCHED)))


def add_columns() -> None:
    """Add the missing columns to the tables that exist, and fill those of them that searches compare by.

    Does nothing to a new database. Missing tables and indexes are created by the caller.
    """
    connection = op.get_bind()
    inspector = sa.inspect(connection)
    present = {
        table: {column["name"] for column in inspector.get_columns(table)} for table in inspector.get_table_names()
    }
    missing = [
        (table, column) for table, column in _later_columns() if table in present and column.name not in present[table]
    ]
    for table, column in missing:
        op.add_column(table, column)
    if any((table, column.name) == ("groups", "key") for table, column in missing):
        _write_group_keys(connection)
        _lower_searched(connection)


def _later_columns() -> Iterator[tuple[str, sa.Column[object]]]:
    """The columns that came after the first version of their table, in the order of the table."""
    yield "user_pools", sa.Column("further", sa.JSON(), server_default="{}", nullable=False)
    yield "user_pool_clients", sa.Column("further", sa.JSON(), server_default="{}", nullable=False)
    yield "users", sa.Column("verifier", sa.LargeBinary(), nullable=True)
    yield "token_families", sa.Column("device_key", sa.String(), nullable=True)
    yield "token_families", sa.Column("session", sa.String(), nullable=True)
    yield "token_families", sa.Column("active", sa.Double(), server_default="0", nullable=False)
    yield "token_families", sa.Column("details", sa.JSON(), server_default="{}", nullable=False)
    yield "refresh_tokens", sa.Column("rotated", sa.Double(), nullable=True)
    yield "groups", sa.Column("key", sa.String(), nullable=True)


def _write_group_keys(connection: sa.Connection) -> None:
    """Write by which key the name of each group is compared: in lower case where the pool ignores case.

    Where names of one pool differ in case only, the first group gets the key; the later ones get keys that no name has.
    """
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
    """Write what users are searched by in lower case. In Python, since SQLite's `lower` knows ASCII letters only."""
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
