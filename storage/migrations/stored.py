"""The schema of a new SQLite database as SQL: `schema.sql`, which scripts/docs writes from `storage.tables`.

To compile it at each start would take a twentieth of the start.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

from sqlalchemy import Connection, Table
from sqlalchemy.dialects.sqlite import dialect as sqlite_dialect
from sqlalchemy.schema import CreateIndex, CreateTable, DDLElement

from storage.tables.schema import all_tables

_FILE = Path(__file__).parent / "schema.sql"
_HEAD = "-- Written by scripts/docs; do not edit.\n\n"
_END = ";\n\n"


def create(connection: Connection) -> None:
    """Create all tables in the transaction of a connection to SQLite, without committing it."""
    driver = cast("Any", connection.connection.driver_connection)
    for statement in _FILE.read_text(encoding="utf-8").split(_END):
        driver.execute(statement)


def text() -> str:
    """What `schema.sql` is to contain."""
    statements = [_sql(element) for table in all_tables() for element in _elements(table)]
    return _HEAD + _END.join(statements) + ";\n"


def _elements(table: Table) -> list[DDLElement]:
    return [CreateTable(table), *map(CreateIndex, sorted(table.indexes, key=lambda index: str(index.name)))]


def _sql(element: DDLElement) -> str:
    compiled = str(element.compile(dialect=sqlite_dialect())).strip().expandtabs(4)
    return compiled.replace(" \n", "\n").replace("\n WITHOUT", " WITHOUT")
