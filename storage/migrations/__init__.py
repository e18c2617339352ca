"""Bringing a database to the present schema.

A new database is made whole from the tables; an older one is migrated by Alembic, which is imported only
then (its import costs a fifth of a start). A test holds the two ways equal.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from storage.tables import metadata

HEAD = "0006"
"""The newest revision in `versions/`."""


def known() -> set[str]:
    """Every revision that this version can migrate from or is at."""
    return {path.name.partition("_")[0] for path in (Path(__file__).parent / "versions").glob("[0-9]*.py")}


def upgrade(engine: Engine) -> None:
    """Bring the database to HEAD. Two processes that start on one database wait for each other."""
    with engine.connect() as connection:
        if _revision(connection) == HEAD:
            return
    with engine.connect().execution_options(writes=True) as connection:
        revision = _revision(connection)
        if revision is None:
            _create(connection)
        elif revision != HEAD:
            migrate(connection)
        connection.commit()


def migrate(connection: Connection, target: str = "head") -> None:
    """Run the migrations up to `target` in the connection's transaction."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, target)


def _create(connection: Connection) -> None:
    metadata.create_all(connection, checkfirst=False)
    primary_key = "CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)"  # as Alembic makes it
    connection.execute(text(f"CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, {primary_key})"))
    connection.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": HEAD})


def _revision(connection: Connection) -> str | None:
    """The revision a database is at, "" before the first one; None when it is new."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or ""
