"""Which constraint PostgreSQL's refusal of a row is about."""

from __future__ import annotations

from functools import cache
from typing import Any

import psycopg
from sqlalchemy import PrimaryKeyConstraint, UniqueConstraint

from storage.tables.schema import all_tables
from storage.violations import StaleRead, UniqueViolation


def refusal(error: BaseException | None) -> StaleRead | UniqueViolation | None:
    """What a refusal of the driver means, None if another kind of constraint failed."""
    if isinstance(error, psycopg.errors.ForeignKeyViolation):
        return StaleRead()
    if isinstance(error, psycopg.errors.UniqueViolation):
        found = unique().get(error.diag.constraint_name or "")
        return UniqueViolation(*found) if found else None
    return None


@cache
def unique() -> dict[str, tuple[str, tuple[str, ...]]]:
    """Table and columns by the name of the constraint or index that keeps them unique."""
    found = {}
    for table in all_tables():
        constraints: list[Any] = [
            *(each for each in table.constraints if isinstance(each, PrimaryKeyConstraint | UniqueConstraint)),
            *(each for each in table.indexes if each.unique),
        ]
        for each in constraints:
            found[str(each.name)] = table.name, tuple(column.name for column in each.columns)
    return found
