"""Point-in-time recovery of user pools."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.call import Call
from emulator.domain.imports import import_jobs
from emulator.domain.recovery import limits, recoveries, states
from emulator.faults import ConcurrentModificationException
from emulator.jobs import recoveries as jobs
from emulator.registry import operation
from storage.records.recoveries import Recovery

if TYPE_CHECKING:
    from typing import NotRequired, TypedDict

    class InitiateRequest(TypedDict):
        """InitiatePointInTimeRecoveryRequest."""

        UserPoolId: str
        RestoreTimestamp: float

    class RecoveryRequest(TypedDict):
        """DescribePointInTimeRecoveryRequest, StartPointInTimeRecoveryRequest, CancelPointInTimeRecoveryRequest."""

        UserPoolId: str
        RestoreId: str

    class ListRequest(TypedDict):
        """ListPointInTimeRecoveriesRequest."""

        UserPoolId: str
        NextToken: NotRequired[str]
        MaxResults: NotRequired[int]


@operation("InitiatePointInTimeRecovery")
def initiate_point_in_time_recovery(call: Call[InitiateRequest]) -> dict[str, Any]:
    """Pause a pool's users and groups, and generate the preview of a recovery in the background."""
    call.unit.journal.exclude_writers(call.request["UserPoolId"])  # before the pool is locked
    pool = call.pool
    if import_jobs.is_running(call, pool):
        # AWS unknown: the error of InitiatePointInTimeRecovery while a user import job is in progress.
        raise ConcurrentModificationException(f"A user import job is in progress for user pool {pool.id}.")
    recovery = recoveries.initiate(call, pool, call.request["RestoreTimestamp"])
    jobs.launch(call, recovery)
    return _answer(call, recovery)


@operation("DescribePointInTimeRecovery", reads=True)
def describe_point_in_time_recovery(call: Call[RecoveryRequest]) -> dict[str, Any]:
    """Describe a recovery, with its preview once that is generated."""
    return _answer(call, _named(call))


@operation("StartPointInTimeRecovery")
def start_point_in_time_recovery(call: Call[RecoveryRequest]) -> dict[str, Any]:
    """Restore in the background. The pool stays paused until that is done."""
    recovery = recoveries.start(call, _named(call))
    jobs.launch(call, recovery)
    return _answer(call, recovery)


@operation("CancelPointInTimeRecovery")
def cancel_point_in_time_recovery(call: Call[RecoveryRequest]) -> dict[str, Any]:
    """Discard a preview, and resume the pool."""
    return _answer(call, recoveries.cancel(call, _named(call)))


@operation("ListPointInTimeRecoveries", reads=True)
def list_point_in_time_recoveries(call: Call[ListRequest]) -> dict[str, Any]:
    """List the recoveries of a pool, the newest first, without their previews."""
    pool = call.pool
    limits.check_tier(pool)
    page = call.page(lambda limit, token: call.unit.recoveries.page(pool.id, limit, token), "MaxResults", "NextToken")
    return {"Restorations": page.of(lambda recovery: states.listed(recovery, call.now)), "NextToken": page.token}


def _named(call: Call[RecoveryRequest]) -> Recovery:
    return recoveries.find(call, call.pool, call.request["RestoreId"])


def _answer(call: Call[Any], recovery: Recovery) -> dict[str, Any]:
    return {"Restoration": states.shown(recovery, call.now)}
