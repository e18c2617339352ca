"""What two processes do with their stores."""

from __future__ import annotations

from storage.records.pools import Client, Pool
from storage.records.shared import ServerState
from storage.store import Store
from storage.unit import Unit
from tests.storage.rows import a_client


def followed(_unit: Unit, _state: ServerState) -> None:
    """The state of the server has nothing else for these tests."""


def of(sql: list[str], table: str) -> list[str]:
    return [each for each in sql if f"FROM {table}" in " ".join(each.split())]


def client_of(store: Store, pool: Pool) -> Client:
    with store.unit(writes=True) as unit:
        return a_client(unit, pool)


def early(store: Store, *, writes: bool = False, configures: bool = False) -> Unit:
    """A unit as `work.run` begins one, to be entered."""
    unit = store.unit(writes=writes, configures=configures)
    unit.take_early()
    return unit
