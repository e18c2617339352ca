"""What tests have told the server to do at the next calls: faults to inject, claims to add. It is in the database.

All processes share it there, encrypted. Each process keeps in memory whether it has to look, so that calls cost nothing
more while there are no orders.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, Literal, TypeAlias

from storage.records.stand_in import StandInRecord
from storage.unit import BEGINNINGS, Unit

Kind: TypeAlias = Literal["faults", "claims"]
FAULTS: Kind = "faults"
CLAIMS: Kind = "claims"


class Orders:
    """Which kinds of orders this process has to look for in the database. Thread-safe.

    A process that has found none looks again once somebody has given one: `look_again`, which `Following` calls where
    processes share the database.
    """

    def __init__(self) -> None:
        self.faults = True
        """Whether there may be faults to inject."""
        self.claims = True
        """Whether there may be claims to add."""
        self._lock = threading.Lock()
        self._changed = 0

    def look_again(self) -> None:
        """Look in the database at the next call."""
        with self._lock:
            self._changed = next(BEGINNINGS)
            self.faults = self.claims = True

    def have_none(self) -> None:
        """Look for none until `look_again`: the database is new."""
        self.faults = self.claims = False

    def found(self, unit: Unit, kind: Kind) -> dict[str, dict[str, Any]]:
        """All orders of a kind, by their keys, the oldest first; without a query if there are none, as far as known."""
        if not getattr(self, kind):
            return {}
        records = unit.stand_in.all(_stored(kind))
        if not records:
            with self._lock:
                if unit.began > self._changed:  # an older transaction does not see the newest orders
                    setattr(self, kind, False)
        return {record.key: _opened(unit, kind, record) for record in records}

    def give(self, unit: Unit, kind: Kind, content: dict[str, Any], afterwards: list[Callable[[], None]]) -> None:
        """Store a new order, of which all processes know from the commit on. `afterwards` are the unit's callbacks."""
        lock(unit, kind)
        newest = max((int(record.key) for record in unit.stand_in.all(_stored(kind))), default=0)
        change(unit, kind, f"{newest + 1:012}", content)
        unit.server_state.announce()
        afterwards.append(self.look_again)


def lock(unit: Unit, kind: Kind) -> None:
    """Let no other unit count orders of a kind down until this one ends."""
    unit.lock("orders", kind)


def change(unit: Unit, kind: Kind, key: str, content: dict[str, Any]) -> None:
    """Store the changed content of an order."""
    sealed = unit.store.vault.seal_json(content, _context(kind, key))
    unit.stand_in.put(StandInRecord(_stored(kind), key, sealed, None))


def withdraw(unit: Unit, kind: Kind, key: str) -> None:
    """Delete an order."""
    unit.stand_in.delete(_stored(kind), key)


def withdraw_all(unit: Unit, kind: Kind) -> None:
    """Delete all orders of a kind."""
    unit.stand_in.delete_kind(_stored(kind))


def count_down(unit: Unit, kind: Kind, key: str, content: dict[str, Any]) -> None:
    """Note that an order was carried out once more. It is deleted after the last time."""
    if content["times"] > 1:
        change(unit, kind, key, content | {"times": content["times"] - 1})
    else:
        withdraw(unit, kind, key)


def _opened(unit: Unit, kind: Kind, record: StandInRecord) -> dict[str, Any]:
    return unit.store.vault.open_json(record.sealed, _context(kind, record.key))


def _stored(kind: Kind) -> str:
    """The kind of the records: those of the stand-in provider, in the same table, have other names."""
    return f"orders: {kind}"


def _context(kind: Kind, key: str) -> str:
    return f"order {kind} {key}"
