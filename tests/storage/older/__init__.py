"""Databases as older versions left them, built from SQL text.

`0003.sql` and `0006.sql` are dumps of what those versions made. The revisions next to 0003 are derived from its dump.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

REVISIONS = ("0001", "0002", "0003", "0004", "0005", "0006")

_0004 = (
    "CREATE TABLE key_checks (id INTEGER NOT NULL, sealed BLOB NOT NULL, CONSTRAINT pk_key_checks PRIMARY KEY (id))",
)
_0005 = (
    "ALTER TABLE groups ADD COLUMN key VARCHAR",
    "UPDATE groups SET key = lower(name)",
    "CREATE UNIQUE INDEX ix_groups_pool_id_key ON groups (pool_id, key)",
)
_WITHOUT_0003 = tuple(
    f"DROP TABLE {table}"
    for table in (
        *("branding_assets", "user_links", "ui_customizations", "terms", "provider_identifiers", "brandings"),
        *("auth_events", "resource_servers", "replicas", "import_jobs", "identity_providers", "domains"),
        "provisioned_limits",
    )
)
_WITHOUT_0002 = (
    *(f"DROP TABLE {table}" for table in ("passkeys", "devices", "software_tokens")),
    "DROP INDEX ix_token_families_session",
    *(f"ALTER TABLE token_families DROP COLUMN {column}" for column in ("device_key", "session", "active", "details")),
    *(f"ALTER TABLE {table} DROP COLUMN further" for table in ("user_pools", "user_pool_clients")),
    "ALTER TABLE users DROP COLUMN verifier",
    "ALTER TABLE refresh_tokens DROP COLUMN rotated",
)
_CHANGES: dict[str, tuple[str, ...]] = {
    "0001": (*_WITHOUT_0003, *_WITHOUT_0002),
    "0002": _WITHOUT_0003,
    "0003": (),
    "0004": _0004,
    "0005": (*_0004, *_0005),
}


def build(path: Path, revision: str) -> None:
    """Make the database of a revision at `path`. Each of its tables has a row, but for `key_checks` before 0006."""
    dump = "0006" if revision == "0006" else "0003"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(Path(__file__).with_name(f"{dump}.sql").read_text(encoding="utf-8"))
        for statement in _CHANGES.get(revision, ()):
            connection.execute(statement)
        connection.execute("UPDATE alembic_version SET version_num = ?", (revision,))
        connection.commit()


def contents(path: Path) -> dict[str, list[dict[str, object]]]:
    """The rows of every table, each as a dictionary, but for Alembic's and SQLite's own tables."""
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {
            name: [dict(row) for row in connection.execute(f'SELECT * FROM "{name}"')]
            for name in names
            if name != "alembic_version" and not name.startswith("sqlite_")
        }
