"""Point-in-time recoveries of a user pool: what callers may do with them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emulator.context import Context
from emulator.domain.recovery import limits, pauses, states
from emulator.faults import InvalidParameterException, ResourceNotFoundException, TierChangeNotAllowedException
from keys import entropy
from storage.records.pools import Pool
from storage.records.recoveries import Recovery


def initiate(context: Context, pool: Pool, point: float) -> Recovery:
    """Store and return a new recovery of a pool to the time `point` (epoch seconds), and pause the pool.

    The caller has excluded writers, and has its preview generated. Raises FeatureUnavailableInTierException,
    InvalidParameterException for a point that cannot be recovered, or LimitExceededException.
    """
    limits.check_tier(pool)
    limits.check_point(pool, point, context.now)
    context.unit.lock("recoveries")
    states.expire(context)
    limits.check_counts(context, pool)
    recovery_id, last_change = entropy.uuid(context.world.entropy), context.unit.history.last_number(pool.id)
    recovery = Recovery(recovery_id, pool.id, states.GENERATING, point, context.now, last_change)
    return states.begin(context, recovery)


def find(context: Context, pool: Pool, recovery_id: str) -> Recovery:
    """The recovery of a pool with that id.

    Raises FeatureUnavailableInTierException in the tier LITE, ResourceNotFoundException for an unknown id.
    """
    limits.check_tier(pool)
    recovery = context.unit.recoveries.get(recovery_id)
    if recovery is None or recovery.pool_id != pool.id:
        # AWS unknown: the error of DescribePointInTimeRecovery, StartPointInTimeRecovery and CancelPointInTimeRecovery
        # for an unknown RestoreId.
        raise ResourceNotFoundException(f"Point-in-time recovery {recovery_id} does not exist.")
    return recovery


def start(context: Context, recovery: Recovery) -> Recovery:
    """Begin to restore, and return the changed recovery. The caller has the restore done.

    Raises InvalidParameterException unless the preview is there and has not expired.
    """
    _check_status(context, recovery, "started", states.GENERATED)
    return states.start(context, recovery)


def cancel(context: Context, recovery: Recovery) -> Recovery:
    """Discard the preview, resume the pool, and return the changed recovery.

    Raises InvalidParameterException once the restore was started or the recovery has ended.
    """
    _check_status(context, recovery, "canceled", *states.PREVIEWS)
    return states.end(context, recovery, states.CANCELLED)


def check_tier_change(context: Context, pool: Pool, settings: Mapping[str, Any]) -> None:
    """Raise TierChangeNotAllowedException where an update of a pool changes its tier while a recovery is open.

    The tier decides for how long changes are recorded, and the recovery needs those that it reverts.
    """
    # AWS unknown: whether UpdateUserPool may change the tier of a pool while a point-in-time recovery is open.
    if pauses.is_paused(pool, context.now) and settings["UserPoolTier"] != pool.settings["UserPoolTier"]:
        raise TierChangeNotAllowedException(
            "The tier of a user pool cannot be changed while a point-in-time recovery is in progress."
        )


def dated(context: Context, pool: Pool, settings: Mapping[str, Any], further: Mapping[str, Any]) -> dict[str, Any]:
    """The pool's `further`, with the time of an update that changes the tier to PLUS."""
    if settings["UserPoolTier"] == "PLUS" != pool.settings["UserPoolTier"]:
        return {**further, limits.PLUS_SINCE: context.now}
    return dict(further)


def forget(context: Context, pool: Pool) -> None:
    """Delete the recoveries of a pool, an open one included, and resume the pool."""
    context.unit.recoveries.delete_all(pool.id)
    context.unit.pools.pause(pool, None)


def _check_status(context: Context, recovery: Recovery, what: str, *allowed: str) -> None:
    status = states.status(recovery, context.now)
    if status not in allowed:
        # AWS unknown: the error of StartPointInTimeRecovery and CancelPointInTimeRecovery for a recovery in a status in
        # which it cannot be started or canceled.
        raise InvalidParameterException(
            f"The point-in-time recovery {recovery.id} cannot be {what}: its status is {status}."
        )
