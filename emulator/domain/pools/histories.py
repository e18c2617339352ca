"""The histories of user pools, from which InitiatePointInTimeRecovery can recover: which pools have one, for how long.

The changes themselves are recorded by `storage/history/journal.py`, in the transaction that makes them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emulator.context import Context
from storage.records.pools import Pool

_DAY = 86_400
PERIODS = {"ESSENTIALS": 1 * _DAY, "PLUS": 14 * _DAY}
"""UserPoolTier → for how long changes are kept, in seconds. Other tiers have no history."""


def since_creation(settings: Mapping[str, Any], created: float) -> float | None:
    """The `history_since` of a pool that is created with these settings."""
    return created if settings["UserPoolTier"] in PERIODS else None


def follow_tier(context: Context, pool: Pool) -> Pool:
    """Record the changes of a pool from now on, or no more, as its tier says, and return the changed pool.

    Call it when the tier was changed. A pool that loses its history loses all changes that were recorded.
    """
    if pool.settings["UserPoolTier"] in PERIODS:
        return context.unit.history.begin(pool)
    return pool if pool.history_since is None else context.unit.history.end(pool)


def resume(context: Context) -> None:
    """At start-up: begin histories that pools of older versions lack, and note whether the clock was set back."""
    for pool in context.unit.pools.without_history():
        follow_tier(context, pool)
    newest = context.unit.history.newest()
    if newest is not None and newest > context.now:
        note_clock(context, context.now)


def note_clock(context: Context, now: float) -> None:
    """Note in the history of all pools that the clock was set back to `now`.

    Call it in the transaction in which that is done: a change that another call makes then has both its time and its
    number from before that, or both from after it.
    """
    context.unit.history.note_clock(now)


def sweep(context: Context, limit: int) -> int:
    """Delete up to `limit` changes that are older than their pool's period. Returns how many were deleted.

    A pool whose recovery is open keeps its changes, since the recovery needs those since its point.
    """
    deleted = 0
    for pool in context.unit.history.pools_with_changes_before(context.now - min(PERIODS.values())):
        if pool.paused_until is not None and pool.paused_until > context.now:
            continue
        before = context.now - PERIODS[pool.settings["UserPoolTier"]]
        deleted += context.unit.history.sweep(pool, before, limit - deleted)
        if deleted >= limit:
            return deleted
    return deleted + context.unit.history.sweep_marks(limit - deleted)
