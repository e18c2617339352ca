"""Which constraint PostgreSQL's refusal of a row is about."""

from __future__ import annotations

from typing import Any

import psycopg
from sqlalchemy import PrimaryKeyConstraint, UniqueConstraint

from storage.tables import metadata
from storage.violations import StaleRead, UniqueViolation


def refusal(error: BaseException | None) -> StaleRead | UniqueViolation | None:
    """What a refusal of the driver means, None if another kind of constraint failed."""
    if isinstance(error, psycopg.errors.ForeignKeyViolation):
        return StaleRead()
    if isinstance(error, psycopg.errors.UniqueViolation):
        found = UNIQUE.get(error.diag.constraint_name or "")
        return UniqueViolation(*found) if found else None
    return None


def _unique() -> dict[str, tuple[str, tuple[str, ...]]]:
    found = {}
    for table in metadata.tables.values():
        constraints: list[Any] = [
            *(each for each in table.constraints if isinstance(each, PrimaryKeyConstraint | UniqueConstraint)),
            *(each for each in table.indexes if each.unique),
        ]
        for each in constraints:
            found[str(each.name)] = table.name, tuple(column.name for column in each.columns)
    return found


UNIQUE = _unique()
"""Table and columns by the name of the constraint or index that keeps them unique."""
