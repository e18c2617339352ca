"""How far back a recovery may go, and how many recoveries there may be (AWS: InitiatePointInTimeRecovery)."""

from __future__ import annotations

from collections.abc import Iterable

from emulator.context import Context
from emulator.domain.pools.histories import PERIODS
from emulator.domain.recovery import states
from emulator.faults import FeatureUnavailableInTierException, InvalidParameterException, LimitExceededException
from storage.records.pools import Pool
from storage.records.recoveries import Recovery

# AWS unknown: the messages with which the operations of point-in-time recovery are refused, and whether previews that
# were cancelled or failed count towards the limits. Here they do.

DAY = 86_400
PLUS_SINCE = "PlusSince"
"""The member of `Pool.further` with the time of the last change to the tier PLUS. Absent in pools created with it."""
_LEAST_AGE = 900
_MOST_ACTIVE = 5
_MOST_COMPLETED = 1
_POOL_PREVIEWS = 3
_POOL_PREVIEWS_A_MONTH = 10
_ACCOUNT_PREVIEWS = 10
_OPEN = "A point-in-time recovery of user pool {pool} is in progress already."
_TOO_MANY = "You have reached the limit of {number} {what}."


def check_tier(pool: Pool) -> None:
    """Raise FeatureUnavailableInTierException for a pool of the tier LITE."""
    # AWS unknown: whether DescribePointInTimeRecovery and ListPointInTimeRecoveries are refused once a pool with past
    # recoveries is in the tier LITE. They declare the exception, so they are here.
    if pool.settings["UserPoolTier"] not in PERIODS:
        raise FeatureUnavailableInTierException("Point-in-time recovery is not available in the LITE tier.")


def check_point(pool: Pool, point: float, now: float) -> None:
    """Raise InvalidParameterException for a recovery point that is too recent or too far back."""
    if point > now - _LEAST_AGE:
        raise _invalid("must be at least 15 minutes in the past")
    if point < pool.created and not _is_recorded(pool, point):  # It is where the clock was set back since.
        raise _invalid("cannot be earlier than the creation time of the user pool")
    tier = pool.settings["UserPoolTier"]
    if point < now - PERIODS[tier]:
        days = PERIODS[tier] // DAY
        raise _invalid(f"can be at most {days} day{'s' if days > 1 else ''} in the past in the {tier} tier")
    if point < now - PERIODS["ESSENTIALS"] and point < pool.further.get(PLUS_SINCE, pool.created):
        raise _invalid("is earlier than the change of the user pool to the PLUS tier")
    if not _is_recorded(pool, point):
        raise _invalid("is earlier than the recorded changes of the user pool")


def check_counts(context: Context, pool: Pool) -> None:
    """Raise LimitExceededException where another recovery would be one too many."""
    # Unlike AWS: there are no limits of an organization in InitiatePointInTimeRecovery (10 active recoveries, 15
    # previews a day). The account is all pools of this server, in all regions.
    recoveries, now = context.unit.recoveries, context.now
    active = [each for each in recoveries.with_status(*states.ACTIVE) if states.status(each, now) in states.ACTIVE]
    if any(each.pool_id == pool.id for each in active):
        raise LimitExceededException(_OPEN.format(pool=pool.id))
    _check(len(active), _MOST_ACTIVE, "active recoveries in an account")
    month = recoveries.initiated(now - 30 * DAY, now)
    today = [each for each in month if each.initiated > now - DAY]
    own, own_today = _of(pool, month), _of(pool, today)
    completed = [each for each in own if each.status == states.COMPLETED and (each.ended or 0) > now - DAY]
    _check(len(completed), _MOST_COMPLETED, "completed recovery of a user pool in 24 hours")
    _check(len(own_today), _POOL_PREVIEWS, "recovery previews of a user pool in 24 hours")
    _check(len(today), _ACCOUNT_PREVIEWS, "recovery previews in an account in 24 hours")
    _check(len(own), _POOL_PREVIEWS_A_MONTH, "recovery previews of a user pool in 30 days")


def _is_recorded(pool: Pool, point: float) -> bool:
    return pool.history_since is not None and point >= pool.history_since


def _of(pool: Pool, recoveries: Iterable[Recovery]) -> list[Recovery]:
    return [each for each in recoveries if each.pool_id == pool.id]


def _check(count: int, most: int, what: str) -> None:
    if count >= most:
        raise LimitExceededException(_TOO_MANY.format(number=most, what=what))


def _invalid(problem: str) -> InvalidParameterException:
    return InvalidParameterException(f"Invalid RestoreTimestamp: the recovery point {problem}.")
