"""One call is one unit of work, which is committed or rolled back here.

Returning commits and raising rolls back. A fault that is `keeping()` commits and is raised all the same. The callbacks
in `afterwards` (sending messages, signing tokens) run after the commit and before the answer is sent. The refusal
callback, with which threat protection records a refused call, runs in a second transaction of its own. The contexts in
`Context.held` end after the transaction.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from emulator.context import Context, Held, RequestOrigin
from emulator.domain.recovery import pauses
from emulator.faults import Fault
from emulator.outside.claims import Claim
from emulator.outside.world import World
from emulator.settings import Settings
from storage.failures import Contended
from storage.store import Store
from storage.unit import Unit
from storage.violations import Paused, StaleRead, UniqueViolation

C = TypeVar("C", bound=Context)
R = TypeVar("R")

_MOST_RUNS = 10


def run(
    store: Store, writes: bool, begin: Callable[[Unit], C], function: Callable[[C], R], *, configures: bool = True
) -> R:
    """Run `function` with the context that `begin` makes of a new unit of work, commit, and return its result.

    Raises what `function` raises, and the fault of `pauses.refusal` if it writes to a pool that a recovery has paused.
    Another call may delete what `function` has read while `function` has released its connection. Storing then raises
    StaleRead; `function` is run again from the start, and does not find the deleted record. It is run once more at most
    after it has called a function or committed. The first statement of a unit raises StaleRead, too, if the unit went
    by remembered records, or a time of the clock, that have changed since (`Unit.take_early`).

    On PostgreSQL, units that write run side by side. If a unit is rolled back because of another one (a deadlock), or
    adds a row that another one has added since it looked, `function` is run again too, several times if need be,
    unless it has called a function or committed meanwhile. `configures` is that of `Store.unit`.
    """
    has_acted = False
    for attempt in range(1, _MOST_RUNS):
        unit = _new_unit(store, writes, configures)
        try:
            return _run(unit, begin, function, is_first=attempt == 1)
        except StaleRead:
            if has_acted and not unit.repeatable:
                raise
            has_acted = has_acted or not unit.repeatable
        except (Contended, UniqueViolation):
            if not unit.repeatable:
                raise
    return _run(_new_unit(store, writes, configures), begin, function)


def run_job(
    store: Store,
    world: World,
    settings: Settings,
    function: Callable[[Context], R],
    *,
    writes: bool = True,
    claim: Claim | None = None,
) -> R:
    """Run `function` as `run` does, for work that no caller waits for, and that no region belongs to.

    With a claim, raises ClaimLost and writes nothing if another process has taken it over.
    """

    def begin(unit: Unit) -> Context:
        if claim:
            claim.protect(unit)
        return Context(unit, world, settings, RequestOrigin())

    return run(store, writes, begin, function)


def _new_unit(store: Store, writes: bool, configures: bool) -> Unit:
    unit = Unit(store, writes, configures)
    if writes and not store.database.is_serial:  # else it does nothing, and its module would be imported for that
        unit.server_state.go_by_clock()
    return unit


def _run(unit: Unit, begin: Callable[[Unit], C], function: Callable[[C], R], *, is_first: bool = False) -> R:
    if is_first:
        unit.take_early()
    with Held() as held, unit:
        context = begin(unit)
        context.held = held
        if is_first and context.world.rates:  # which would count a call twice that is run twice
            unit.take_nothing_early()
        try:
            answer = _answer(context, function)
        except Fault as fault:
            unit.confirm()
            if fault.keeps:
                unit.commit()
            if context.refusal_callback:
                _record_refusal(context, context.refusal_callback, fault)
            raise
    _run_afterwards(context)
    return answer


def _answer(context: C, function: Callable[[C], R]) -> R:
    """Run `function`. A write to a pool that a recovery has paused becomes a Fault."""
    try:
        return function(context)
    except Paused:
        raise pauses.refusal(context.operation_name) from None


def _record_refusal(context: Context, record: Callable[[Fault], None], fault: Fault) -> None:
    context.unit.close()
    context.afterwards.clear()
    record(fault)
    context.unit.commit()
    _run_afterwards(context)


def _run_afterwards(context: Context) -> None:
    for callback in context.afterwards:
        callback()
