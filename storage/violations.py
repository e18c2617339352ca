"""What the database refuses, or a unit of work does."""

from __future__ import annotations


class UniqueViolation(Exception):
    """A unique constraint failed: a row with that key exists already. `table` and `columns` name the constraint."""

    def __init__(self, table: str, columns: tuple[str, ...]) -> None:
        super().__init__(f"{table}({', '.join(columns)})")
        self.table = table
        self.columns = columns


class StaleRead(Exception):
    """What the unit of work has read was changed or deleted by another one meanwhile, so the call has to run again.

    Raised where a foreign key constraint fails, by rules that compare what they write with what they have read, and by
    the first statement of a unit that has taken remembered records too early (`storage/remembered`).
    """


class ReadsOnly(RuntimeError):
    """A unit that reads was asked to write."""


class Paused(Exception):
    """Users, groups or factors of a pool were to be changed while a point-in-time recovery of the pool is open."""
