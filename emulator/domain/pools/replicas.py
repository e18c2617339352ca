"""Replicas of a user pool in other regions (AWS: "Multi-Region replication for user pools").

A pool and its replicas share one id, one set of users and one configuration, except for the regional settings. A call
that is signed for a replica's region uses the replica. A call that is signed for a region without one finds nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from emulator import refusals
from emulator.context import Context
from emulator.domain.pools import pool_checks, regions
from emulator.faults import (
    FeatureUnavailableInTierException,
    InvalidParameterException,
    OperationNotEnabledException,
    ResourceNotFoundException,
)
from emulator.wire.model import Operation
from storage.records.pools import Pool, Replica
from storage.violations import UniqueViolation

NOT_IN_LITE = "Multi-Region replication is not available in the LITE tier."
_MULTI_REGION_KEY = re.compile(r"arn:[\w-]+:kms:[\w-]+:[0-9]+:key/mrk-[0-9a-f]+")
# Unlike AWS: the settings of SetLogDeliveryConfiguration and the e-mails of threat protection are the same for a pool
# and all its replicas. In AWS each region has its own.
REGIONAL = frozenset({"EmailConfiguration", "SmsConfiguration", "LambdaConfig", "UserPoolTags"})
"""The settings that each replica has for itself."""
_SIGN_IN = frozenset(
    {
        "AdminInitiateAuth",
        "AdminRespondToAuthChallenge",
        "InitiateAuth",
        "RespondToAuthChallenge",
        "GetTokensFromRefreshToken",
        "RevokeToken",
        "GlobalSignOut",
        "AdminUserGlobalSignOut",
        "GetClientToken",
        "GetDerivedToken",
    }
)
"""The operations that a replica accepts only while it is ACTIVE."""
_CONFIGURING = frozenset({"UpdateUserPool", "UpdateUserPoolReplica", "TagResource", "UntagResource"})
_READING = ("Describe", "Get", "List", "AdminGet", "AdminList")
_PRIMARY_ONLY = frozenset({"DescribePointInTimeRecovery", "ListPointInTimeRecoveries"})


def seen_from(context: Context, pool: Pool, region: str | None) -> Pool:
    """The pool as `region` sees it: with the region and settings of that region's replica, if there is one.

    Without a replica, the pool itself, whatever the region.
    """
    replica = _in(context, pool, region)
    return as_seen(pool, replica) if replica else pool


def as_seen(pool: Pool, replica: Replica) -> Pool:
    """The pool with the region and the regional settings of one of its replicas."""
    common = {name: value for name, value in pool.settings.items() if name not in REGIONAL}
    return replace(pool, region=replica.region, settings=common | replica.settings)


def is_secondary(pool: Pool) -> bool:
    """Whether this is a pool as a replica's region sees it, not the pool itself."""
    return pool.region != pool.id.partition("_")[0]


def at(context: Context, pool: Pool, operation: Operation) -> Pool:
    """The pool as the caller's region sees it.

    Raises ResourceNotFoundException if that region has neither the pool nor a replica of it, and
    OperationNotEnabledException for operations that replicas do not accept. A replica accepts reads, changes of its
    regional settings and, while it is ACTIVE, sign-in.
    """
    # AWS unknown: which operations AWS accepts in a replica's region, and the message of OperationNotEnabledException.
    # Documentation only rules out new users, new passwords and changed attributes.
    # Unlike AWS: an unsigned call (InitiateAuth, SignUp, …) uses the pool itself, never a replica. AWS tells the
    # region from the host of the request.
    replica = _in(context, pool, context.origin.region)
    if replica is None:
        regions.check(context, pool.region, refusals.UNKNOWN_POOL.format(pool_id=pool.id))
        return pool
    name = operation.name
    if name in _SIGN_IN and replica.status != "ACTIVE":
        raise _refusal(operation, f"{name} is not enabled while the replica in {replica.region} is {replica.status}.")
    reads = name.startswith(_READING) and name not in _PRIMARY_ONLY
    if not (name in _SIGN_IN or name in _CONFIGURING or reads):
        raise _refusal(operation, f"{name} is not enabled in {replica.region}, which has a replica of the user pool.")
    return as_seen(pool, replica)


def reason_out_of_region(context: Context, pool_id: str) -> str | None:
    """Why the call's region does not see the pool, for the log: it has neither the pool nor a replica; else None."""
    reason, region = regions.reason_out_of_region(context, regions.of_id(pool_id)), context.origin.region
    return None if reason and region and context.unit.replicas.get(pool_id, region) else reason


def create(context: Context, pool: Pool, region: str, tags: Mapping[str, str]) -> Replica:
    """Store and return a new replica of the pool in `region`. It is INACTIVE at first.

    Raises FeatureUnavailableInTierException, UserPoolTaggingException, or InvalidParameterException: for a region that
    cannot have one or has one already, or a pool without a multi-Region key.
    """
    # AWS unknown: the messages of CreateUserPoolReplica's errors, how many replicas a pool may have, and which of the
    # pool's regional settings a new replica takes over. Here it takes none.
    if pool.settings["UserPoolTier"] == "LITE":
        raise FeatureUnavailableInTierException(NOT_IN_LITE)
    if not regions.is_region(region) or region == pool.region:
        raise InvalidParameterException(f"A user pool in {pool.region} cannot have a replica in {region}.")
    if not _MULTI_REGION_KEY.fullmatch(pool.settings["KeyConfiguration"].get("KmsKeyArn", "")):
        raise InvalidParameterException("Multi-Region replication needs a multi-Region customer managed KMS key.")
    pool_checks.check_tags(tags)
    settings: dict[str, Any] = {
        "EmailConfiguration": {"EmailSendingAccount": "COGNITO_DEFAULT"},
        "LambdaConfig": {},
        "UserPoolTags": dict(tags),
    }
    try:
        return context.unit.replicas.add(Replica(pool.id, region, "INACTIVE", settings, context.now, context.now))
    except UniqueViolation:
        raise InvalidParameterException(f"User pool {pool.id} has a replica in {region} already.") from None


def named(context: Context, pool: Pool, region: str) -> Replica:
    """The replica of a pool in a region. Raises ResourceNotFoundException."""
    found = context.unit.replicas.get(pool.id, region)
    if found is None:
        # AWS unknown: the message of ResourceNotFoundException when UpdateUserPoolReplica or DeleteUserPoolReplica
        # names a region without a replica.
        raise ResourceNotFoundException(f"User pool {pool.id} has no replica in {region}.")
    return found


def delete(context: Context, replica: Replica) -> None:
    """Delete a replica. Raises InvalidParameterException unless it is INACTIVE."""
    if replica.status != "INACTIVE":
        raise InvalidParameterException("Only a replica that is INACTIVE can be deleted.")
    context.unit.replicas.delete(replica)


def check_deletable(context: Context, pool: Pool) -> None:
    """Raise InvalidParameterException if the pool has replicas, since it then cannot be deleted."""
    # AWS unknown: whether DeleteUserPool refuses a pool that has replicas, and with which message. Here it does.
    if context.unit.replicas.of(pool.id):
        raise InvalidParameterException("User pool cannot be deleted. It has replicas that should be deleted first.")


def check_regional(request: Mapping[str, Any]) -> None:
    """Raise InvalidParameterException if a request to a replica changes settings that are not regional."""
    others = sorted(request.keys() - REGIONAL - {"UserPoolId"})
    if others:
        # AWS unknown: the error when UpdateUserPool in a replica's region changes a setting that is not regional.
        raise InvalidParameterException(f"{', '.join(others)} can be changed in the primary Region only.")


def keep(context: Context, pool: Pool, settings: dict[str, Any]) -> None:
    """Store settings. `pool` is the pool as the caller's region sees it, `settings` are all its settings.

    Where that is a replica, only the regional settings are stored, in the replica; raises ResourceNotFoundException if
    the replica is gone.
    """
    if not is_secondary(pool):
        context.unit.pools.change(pool, name=pool.name, settings=settings, modified=context.now)
        return
    regional = {name: settings[name] for name in REGIONAL & settings.keys()}
    context.unit.replicas.change(named(context, pool, pool.region), settings=regional, modified=context.now)


def _in(context: Context, pool: Pool, region: str | None) -> Replica | None:
    return context.unit.replicas.get(pool.id, region) if region and region != pool.region else None


def _refusal(operation: Operation, words: str) -> OperationNotEnabledException | InvalidParameterException:
    # AWS unknown: what an operation that does not declare OperationNotEnabledException answers in a replica's region
    # that does not accept it. Here it is InvalidParameterException.
    declared = "OperationNotEnabledException" in operation.errors
    return (OperationNotEnabledException if declared else InvalidParameterException)(words)
