"""The schema migrations.

A new database is created from `storage.tables`, in SQLite by the SQL that `stored` has of them; an older one is
migrated by Alembic. Alembic is imported only then, since its import takes a fifth of the start-up time. Tests check
that all ways lead to the same schema.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from storage.migrations import stored
from storage.tables.schema import complete_metadata

if TYPE_CHECKING:
    from storage.database import Database

HEAD = "0018"
"""The newest revision in `versions/`."""
UNRELEASED = frozenset({"0001", "0002", "0003", "0004", "0005"})
"""Revisions from before the first release. They are merged into 0006, which also upgrades databases at one of them."""


def known() -> set[str]:
    """The revisions that a database may be at: HEAD, and those that `upgrade` migrates from."""
    return set(UNRELEASED) | {
        path.name.partition("_")[0] for path in (Path(__file__).parent / "versions").glob("[0-9]*.py")
    }


def upgrade(database: Database) -> bool:
    """Bring the database to HEAD, in one transaction, and return whether it was a new one.

    Processes that open one database at once wait for each other.
    """
    with database.transaction(False) as connection:
        if revision_of(connection) == HEAD:
            return False
    with database.exclusively() as connection:
        revision = revision_of(connection)
        if revision is None:
            _create(connection)
        elif revision != HEAD:
            if revision in UNRELEASED:
                connection.execute(text("DELETE FROM alembic_version"))  # Alembic knows revisions with a file only
            migrate(connection)
        connection.commit()
    return revision is None


def migrate(connection: Connection, target: str = "head") -> None:
    """Run the migrations up to `target` in the transaction of the connection, without committing it."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, target)


def _create(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        stored.create(connection)
    else:
        complete_metadata().create_all(connection, checkfirst=False)
    mark(connection)


def mark(connection: Connection) -> None:
    """Write into a new database that its tables are those of HEAD."""
    primary_key = "CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)"  # as Alembic makes it
    connection.execute(text(f"CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, {primary_key})"))
    connection.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": HEAD})


def revision_of(connection: Connection) -> str | None:
    """The revision of a database, "" before the first revision, None for a new database."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or ""
