"""Alembic's entry point: run the migrations on the connection that `storage.migrations` passes in."""

from __future__ import annotations

from alembic import context

from storage.tables.schema import complete_metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=complete_metadata(),
    render_as_batch=True,
    transactional_ddl=True,  # for SQLite too, since the store begins its transactions; else Alembic commits each step
)
context.run_migrations()
