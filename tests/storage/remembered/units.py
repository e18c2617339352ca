"""Units that remember records of configuration, and things that happen at certain moments of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from storage.records.pools import Pool
from storage.store import Store
from storage.unit import Unit
from tests.storage.rows import NOON


def begin(unit: Unit) -> None:
    """Run a first statement."""
    unit.users.get(7)


def see(store: Store, pool: Pool) -> str | None:
    """The name of the pool in a unit of its own, which remembers the pool."""
    with store.unit(writes=False) as unit:
        begin(unit)
        found = unit.pools.get(pool.id)
    return found.name if found else None


def rename(store: Store, pool: Pool, name: str) -> None:
    with store.unit(writes=True) as unit:
        unit.pools.change(pool, name=name, settings={}, modified=NOON)


@contextmanager
def reading(store: Store) -> Iterator[Unit]:
    """A reading unit as `work.run` begins one: it takes records before its first statement."""
    with store.unit(writes=False) as unit:
        unit.take_early()
        yield unit


@contextmanager
def statements(store: Store) -> Iterator[list[str]]:
    """The statements that the database gets meanwhile."""
    heard: list[str] = []

    def hear(_c: Any, _cursor: Any, sql: str, *_: Any) -> None:
        heard.append(sql)

    event.listen(store.engine, "before_cursor_execute", hear)
    yield heard
    event.remove(store.engine, "before_cursor_execute", hear)


@contextmanager
def once(store: Store, moment: str, act: Callable[[], object]) -> Iterator[list[str]]:
    """Do something at the next event of SQLAlchemy's with that name. The list has the name once it was done."""
    # `statements`, since SQLAlchemy runs all statements, and has events of all, where it is listened to
    done: list[str] = []

    def happen(*_: Any) -> None:
        if not done:
            done.append(moment)
            act()

    event.listen(store.engine, moment, happen)
    with statements(store):
        yield done
    event.remove(store.engine, moment, happen)
