"""The schema that the modules of this package make together.

A process imports the tables that its calls need, which saves it most of the time that all of them take. Whatever is
about all tables, such as deleting everything, gets them from `all_tables` or `complete_metadata`, which import the
others first. The `metadata` of a table may lack tables, so nothing else uses it.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Any

from sqlalchemy import Column, ForeignKey, MetaData, Table
from sqlalchemy.schema import SchemaItem

MODULES = (
    *("pools", "clients", "client_secrets", "pool_keys", "providers", "resource_servers", "domains", "replicas"),
    *("brandings", "cimd", "import_jobs", "users", "codes", "groups", "sign_ins", "tokens", "oauth", "federation"),
    *("factors", "history", "links", "auth_events", "limits", "identities", "server_keys", "issued_credentials"),
    *("claims", "key_checks", "shared", "stand_in", "seeds"),
)
"""The modules of this package, in the order of their tables in `storage/migrations/schema.sql`."""

_metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def table(name: str, *parts: SchemaItem, **options: Any) -> Table:
    """A table of the schema."""
    return Table(name, _metadata, *parts, **options)


def of(target: Column[Any]) -> ForeignKey:
    """A foreign key: deleting the target deletes the rows that refer to it.

    Foreign keys are given as columns, not as strings: SQLAlchemy looks for a string's table whenever a subquery is
    built, which fails, or makes the other fail, if another thread is just making that table.
    """
    return ForeignKey(target, ondelete="CASCADE")


@cache
def all_tables() -> tuple[Table, ...]:
    """All tables, in the order of `schema.sql`: each after those that it refers to."""
    modules = [import_module(f"storage.tables.{name}") for name in MODULES]
    found = (each for module in modules for each in vars(module).values() if isinstance(each, Table))
    return tuple(dict.fromkeys(found))  # a table that a module imports for a foreign key is one of an earlier module


def complete_metadata() -> MetaData:
    """The metadata with all tables."""
    all_tables()
    return _metadata
