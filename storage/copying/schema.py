"""Which schema a database has that is copied, or copied into."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, Table, inspect, literal, select
from sqlalchemy.schema import CreateIndex, CreateTable

from storage import migrations
from storage.failures import DatabaseUnusable
from storage.tables.schema import all_tables


def check(connection: Connection) -> None:
    """Raise `DatabaseUnusable` unless the schema is that of this version.

    As the first query of a transaction, it is the moment as of which the transaction sees the database.
    """
    revision = migrations.revision_of(connection)
    if revision is None:
        raise DatabaseUnusable("there is no data of a cognito-emulator in it")
    if revision not in migrations.known():
        raise DatabaseUnusable(f"its schema is {revision!r}, of a newer cognito-emulator")
    if revision != migrations.HEAD:
        raise DatabaseUnusable(
            f"its schema is {revision!r}, of an older cognito-emulator, and this one copies {migrations.HEAD!r}; "
            "start a server of this version on it once, or on a copy of it"
        )


def make(connection: Connection) -> None:
    """Make the tables, without the indexes: to make these after the rows takes a fraction of the time."""
    for table in all_tables():
        connection.execute(CreateTable(table))
    migrations.mark(connection)


def index(connection: Connection) -> None:
    """Make the indexes."""
    for table in all_tables():
        for each in sorted(table.indexes, key=lambda one: str(one.name)):
            connection.execute(CreateIndex(each))


def is_empty(connection: Connection, tables: Iterable[Table]) -> bool:
    """Whether none of these tables has a row."""
    return not any(connection.execute(select(literal(1)).select_from(table).limit(1)).first() for table in tables)


def names(connection: Connection) -> set[str]:
    """The names of the tables that there are."""
    return set(inspect(connection).get_table_names())


def with_columns(connection: Connection, table: Table) -> str:
    """The quoted name of a table with its columns: a migrated table has them in another order than a new one."""
    preparer = connection.dialect.identifier_preparer
    return f"{preparer.format_table(table)} ({', '.join(preparer.quote(column.name) for column in table.columns)})"
