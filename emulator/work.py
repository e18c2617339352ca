"""One call, one unit of work. The only place that commits.

Returning commits, raising rolls back, a fault that is `keeping()` commits and refuses. What was to happen
afterwards (messages, signatures) happens after the commit, before the answer goes out. What watches over a call notes
its refusal in a transaction of its own, once all that the call did is kept or undone.
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
            if context.refused:
                _note_refusal(context, context.refused, fault)
            raise
    _happen(context)
    return answer


def _note_refusal(context: Context, note: Callable[[Fault], None], fault: Fault) -> None:
    context.unit.close()
    context.afterwards.clear()
    note(fault)
    context.unit.commit()
    _happen(context)


def _happen(context: Context) -> None:
    for happen in context.afterwards:
        happen()
