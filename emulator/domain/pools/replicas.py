"""Replicas: a pool's likeness in another region (AWS: "Multi-Region replication for user pools").

A pool and its replicas have one id, one directory of users and one configuration, but for what is regional. A call
that is signed for a replica's region meets the replica, one that is signed for any other region meets nothing.

Unlike AWS: a call without a signature meets the pool itself; AWS knows its region by the host that it asks.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

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
from storage.store import Taken

_MULTI_REGION_KEY = re.compile(r"arn:[\w-]+:kms:[\w-]+:[0-9]+:key/mrk-[0-9a-f]+")
REGIONAL = frozenset({"EmailConfiguration", "SmsConfiguration", "LambdaConfig", "UserPoolTags"})
"""What a replica is configured by itself.

Unlike AWS: the log export and the e-mails of threat protection are the pool's in every region.
"""
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
"""What users and clients do at a replica once it is active."""
_CONFIGURING = frozenset({"UpdateUserPool", "UpdateUserPoolReplica", "TagResource", "UntagResource"})
_READING = ("Describe", "Get", "List", "AdminGet", "AdminList")


def seen_from(context: Context, pool: Pool, region: str | None) -> Pool:
    """The pool as a region has it: with the replica's region and regional settings, where there is one."""
    replica = _in(context, pool, region)
    return as_seen(pool, replica) if replica else pool


def as_seen(pool: Pool, replica: Replica) -> Pool:
    """The pool as one of its replicas shows it."""
    common = {name: value for name, value in pool.settings.items() if name not in REGIONAL}
    return replace(pool, region=replica.region, settings=common | replica.settings)


def is_secondary(pool: Pool) -> bool:
    """Whether this is a pool as a replica's region has it."""
    return pool.region != pool.id.partition("_")[0]


def at(context: Context, pool: Pool, operation: Operation) -> Pool:
    """The pool as the caller's region has it.

    Raises ResourceNotFoundException where that region has neither the pool nor a replica of it, and
    OperationNotEnabledException for what replicas do not do.

    A replica reads and signs in, and takes its regional configuration; while it is INACTIVE nobody signs in at it.

    AWS unknown: which operations a replica takes, beyond that documentation rules out new users, new passwords and
    changed attributes; and the words of the refusal.
    """
    replica = _in(context, pool, context.origin.region)
    if replica is None:
        regions.check(context, pool.region, f"User pool {pool.id} does not exist.")
        return pool
    name = operation.name
    if name in _SIGN_IN and replica.status != "ACTIVE":
        raise _refusal(operation, f"{name} is not enabled while the replica in {replica.region} is {replica.status}.")
    if not (name in _SIGN_IN or name in _CONFIGURING or name.startswith(_READING)):
        raise _refusal(operation, f"{name} is not enabled in {replica.region}, which has a replica of the user pool.")
    return as_seen(pool, replica)


def elsewhere(context: Context, pool_id: str) -> str | None:
    """Where a pool lives, for the log, where the call is signed for a region that has no replica of it; else None."""
    reason, region = regions.elsewhere(context, regions.of_id(pool_id)), context.origin.region
    return None if reason and region and context.unit.replicas.get(pool_id, region) else reason


def create(context: Context, pool: Pool, region: str, tags: Mapping[str, str]) -> Replica:
    """Make a replica; it is INACTIVE at first.

    AWS unknown: the words of the refusals; how many replicas a pool may have; and what of the pool's regional
    settings a new one has. None of them here.
    """
    if pool.settings["UserPoolTier"] == "LITE":
        raise FeatureUnavailableInTierException("Multi-Region replication is not available in the LITE tier.")
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
    except Taken:
        raise InvalidParameterException(f"User pool {pool.id} has a replica in {region} already.") from None


def named(context: Context, pool: Pool, region: str) -> Replica:
    """The replica of a pool in a region. AWS unknown: the words where there is none."""
    found = context.unit.replicas.get(pool.id, region)
    if found is None:
        raise ResourceNotFoundException(f"User pool {pool.id} has no replica in {region}.")
    return found


def delete(context: Context, replica: Replica) -> None:
    """Forget a replica, which is INACTIVE."""
    if replica.status != "INACTIVE":
        raise InvalidParameterException("Only a replica that is INACTIVE can be deleted.")
    context.unit.replicas.delete(replica)


def check_deletable(context: Context, pool: Pool) -> None:
    """Refuse to delete a pool that has replicas. AWS unknown: whether AWS refuses, and the words."""
    if context.unit.replicas.of(pool.id):
        raise InvalidParameterException("User pool cannot be deleted. It has replicas that should be deleted first.")


def check_regional(request: Mapping[str, Any]) -> None:
    """Refuse to change at a replica what is not regional. AWS unknown: the words."""
    others = sorted(request.keys() - REGIONAL - {"UserPoolId"})
    if others:
        raise InvalidParameterException(f"{', '.join(others)} can be changed in the primary Region only.")


def keep(context: Context, pool: Pool, settings: dict[str, Any]) -> None:
    """Keep the new settings of a pool, or the regional ones of the replica that it is seen as."""
    if not is_secondary(pool):
        context.unit.pools.change(pool, name=pool.name, settings=settings, modified=context.now)
        return
    regional = {name: settings[name] for name in REGIONAL & settings.keys()}
    context.unit.replicas.change(named(context, pool, pool.region), settings=regional, modified=context.now)


def _in(context: Context, pool: Pool, region: str | None) -> Replica | None:
    return context.unit.replicas.get(pool.id, region) if region and region != pool.region else None


def _refusal(operation: Operation, words: str) -> OperationNotEnabledException | InvalidParameterException:
    """AWS unknown: what the operations say that do not declare OperationNotEnabledException."""
    declared = "OperationNotEnabledException" in operation.errors
    return (OperationNotEnabledException if declared else InvalidParameterException)(words)
