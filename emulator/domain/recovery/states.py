"""The states of a recovery (AWS: RestoreStatusType), and the changes from one to the next.

A recovery pauses its pool until it ends. An open preview expires by itself: its status and the end of the pause follow
from the clock, and `expire` only stores that.
"""

from __future__ import annotations

import math
from typing import Any

from emulator.context import Context
from storage.records.recoveries import Counts, Recovery

GENERATING = "PREVIEW_GENERATING"
GENERATED = "PREVIEW_GENERATED"
CANCELLED = "PREVIEW_CANCELLED"
FAILED = "PREVIEW_GENERATION_FAILED"
EXPIRED = "PREVIEW_EXPIRED"
RESTORING = "RESTORING"
COMPLETED = "RESTORE_COMPLETED"
BROKEN = "TEMPORARY_INTERNAL_ERROR_SEE_SUPPORT_CASE"
PREVIEWS = (GENERATING, GENERATED)
"""The states that expire, and in which a recovery can be cancelled."""
RESTORES = (RESTORING, BROKEN)
"""The states in which the restore is still to be done."""
ACTIVE = (*PREVIEWS, *RESTORES)
"""The states that pause the pool."""
LIFETIME = 86_400
"""Seconds from the initiation of a recovery until its preview expires."""


def status(recovery: Recovery, now: float) -> str:
    """The status of a recovery at `now` (epoch seconds). A preview that was never started expires by itself."""
    expired = recovery.status in PREVIEWS and now >= recovery.initiated + LIFETIME
    return EXPIRED if expired else recovery.status


def begin(context: Context, recovery: Recovery) -> Recovery:
    """Store a new recovery, and pause its pool."""
    _pause(context, recovery.pool_id, recovery.initiated + LIFETIME)
    return context.unit.recoveries.add(recovery)


def preview(context: Context, recovery: Recovery, counts: dict[str, Counts]) -> Recovery:
    """Store the preview that has been generated."""
    shown = [
        {"Entity": entity, "CreateCount": each.create, "UpdateCount": each.update, "DeleteCount": each.delete}
        for entity, each in counts.items()
    ]
    return context.unit.recoveries.change(recovery, status=GENERATED, preview=shown)


def start(context: Context, recovery: Recovery) -> Recovery:
    """Begin to restore. The pause no longer expires."""
    _pause(context, recovery.pool_id, math.inf)
    return context.unit.recoveries.change(recovery, status=RESTORING)


def fail(context: Context, recovery: Recovery) -> Recovery:
    """Note that the preview or the restore failed. A failed restore is tried again when the server starts."""
    # Unlike AWS: a recovery that StartPointInTimeRecovery started and that failed is tried again when the server
    # starts. On AWS, AWS Support resolves it. There is no status AWS_ABORTED.
    if recovery.status in RESTORES:
        return context.unit.recoveries.change(recovery, status=BROKEN)
    return end(context, recovery, FAILED)


def end(context: Context, recovery: Recovery, status: str, when: float | None = None) -> Recovery:
    """Give a recovery its last status, and resume its pool."""
    _pause(context, recovery.pool_id, None)
    return context.unit.recoveries.change(recovery, status=status, ended=context.now if when is None else when)


def expire(context: Context, limit: int | None = None) -> int:
    """Store that previews have expired, so that a clock that is set back does not open them again. Returns how many."""
    waiting = context.unit.recoveries.with_status(*PREVIEWS)
    over = [recovery for recovery in waiting if status(recovery, context.now) == EXPIRED][:limit]
    for recovery in over:
        end(context, recovery, EXPIRED, recovery.initiated + LIFETIME)
    return len(over)


def shown(recovery: Recovery, now: float) -> dict[str, Any]:
    """A recovery as RestorationType, with its preview."""
    # AWS unknown: whether DescribePointInTimeRecovery lists entities that a recovery does not change. Here it does,
    # with zeros.
    preview = {"RestorePreview": recovery.preview} if recovery.preview is not None else {}
    return listed(recovery, now) | {"TriggerTimestamp": recovery.initiated} | preview


def listed(recovery: Recovery, now: float) -> dict[str, Any]:
    """A recovery as RestorationDescriptionType, in a list."""
    return {
        "RestoreId": recovery.id,
        "RestoreStatus": status(recovery, now),
        "RestoreTimestamp": recovery.point,
    }


def _pause(context: Context, pool_id: str, until: float | None) -> None:
    pool = context.unit.pools.get(pool_id)
    if pool:
        context.unit.pools.pause(pool, until)
