"""Locks that many units hold together, or one alone: of a pool's history, and of the clock that servers share.

Those who record changes of a pool hold its lock together, and whoever pauses the pool holds it alone. Calls and jobs
that write hold that of the clock together, from their beginning, and whoever sets the clock back holds it alone.

They are advisory locks of PostgreSQL, until the end of the transaction. SQLite needs none: its units that write run one
after the other.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import Boolean, ColumnElement, Executable, bindparam, func, literal_column, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from storage.column_types import String
from storage.prepared import Prepared

_NAME = "'writers of ' || "
_CLOCK: ColumnElement[int] = literal_column(str(0x636C6F636B))
"""The advisory lock of the clock: "clock"."""
GO_BY_CLOCK = Prepared(select(func.pg_advisory_xact_lock_shared(_CLOCK)))
"""Hold the lock of the clock together, once nobody holds it alone. Then read the clock in a statement of its own."""
SET_CLOCK_BACK = Prepared(select(func.pg_advisory_xact_lock(_CLOCK)))
"""Hold the lock of the clock alone, once the units that go by it have ended."""


class joins_writers(FunctionElement[bool]):  # noqa: N801
    """A condition: whether this unit joins, without waiting, those who record changes of a pool. True in SQLite."""

    name = "joins_writers"
    type = Boolean()
    inherit_cache = True


@compiles(joins_writers)
def _always(_element: joins_writers, _compiler: Any, **_: Any) -> str:
    return "1"


@compiles(joins_writers, "postgresql")
def _tries(element: joins_writers, compiler: Any, **more: Any) -> str:
    return f"pg_try_advisory_xact_lock_shared(hashtextextended({_NAME}{compiler.process(element.clauses, **more)}, 0))"


def _key() -> Any:
    return func.hashtextextended(literal_column("'writers of '", String).concat(bindparam("id", type_=String)), 0)


@cache
def wait_together() -> Executable:
    """Join those who record changes of the pool `id`, once nobody holds the lock alone."""
    return select(func.pg_advisory_xact_lock_shared(_key()))


@cache
def wait_alone() -> Executable:
    """Hold the lock of the pool `id` alone, once nobody else holds it."""
    return select(func.pg_advisory_xact_lock(_key()))
