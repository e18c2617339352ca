"""One call, one unit of work. The only place that commits.

Returning commits, raising rolls back, a fault that is `keeping()` commits and refuses. What was to happen
afterwards (messages, signatures) happens after the commit, before the answer goes out.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from emulator.context import Context
from emulator.faults import Fault
from storage.store import Gone, Store, Unit

C = TypeVar("C", bound=Context)
R = TypeVar("R")


def run(store: Store, writes: bool, begin: Callable[[Unit], C], function: Callable[[C], R]) -> R:
    """Let `function` work in the context that `begin` makes of a new unit, and commit.

    Where a pool went while its call had let go of the database, the call is worked on anew, and finds it gone.
    """
    try:
        return _run(store, writes, begin, function)
    except Gone:
        return _run(store, writes, begin, function)


def _run(store: Store, writes: bool, begin: Callable[[Unit], C], function: Callable[[C], R]) -> R:
    with store.unit(writes=writes) as unit:
        context = begin(unit)
        try:
            answer = function(context)
        except Fault as fault:
            if fault.keeps:
                unit.commit()
            raise
    for happen in context.afterwards:
        happen()
    return answer
