"""The tags of user pools, by the pool's ARN (AWS: "Tagging resources")."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from emulator import refusals
from emulator.context import Context
from emulator.domain.pools import pool_checks, regions, replicas
from emulator.faults import InvalidParameterException, ResourceNotFoundException, UserPoolTaggingException
from storage.records.pools import Pool

_ARN = re.compile(r"arn:aws[\w-]*:cognito-idp:(?P<region>[\w-]+):(?P<account>[0-9]{12}):userpool/(?P<pool>[\w-]+)")


def tagged(context: Context, arn: str) -> Pool:
    """The pool of an ARN, as the ARN's region sees it. Raises InvalidParameterException, ResourceNotFoundException."""
    # AWS unknown: the messages of TagResource, UntagResource and ListTagsForResource for an ARN that is not a user
    # pool's, or that is of another account.
    named = _ARN.fullmatch(arn)
    if named is None:
        raise InvalidParameterException(f"{arn} is not the ARN of a user pool.")
    pool = context.unit.pools.get(named["pool"]) if named["account"] == context.settings.account_id else None
    seen = pool and replicas.seen_from(context, pool, named["region"])
    missing = refusals.UNKNOWN_POOL.format(pool_id=named["pool"])
    if seen is None or seen.region != named["region"]:
        raise ResourceNotFoundException(missing)
    regions.check(context, seen.region, missing)
    return seen


def of(pool: Pool) -> dict[str, str]:
    """The tags of a pool."""
    return dict(pool.settings["UserPoolTags"])


def tag(context: Context, pool: Pool, tags: Mapping[str, str]) -> None:
    """Store additional tags of a pool. A tag of the same key is replaced. Raises InvalidParameterException.

    `pool` is the pool as a region sees it: a replica has tags of its own.
    """
    _keep(context, pool, of(pool) | dict(tags))


def untag(context: Context, pool: Pool, keys: Collection[str]) -> None:
    """Remove the tags with these keys from a pool. Keys that the pool does not have are ignored.

    `pool` is the pool as a region sees it: a replica has tags of its own. Raises InvalidParameterException.
    """
    _keep(context, pool, {key: value for key, value in of(pool).items() if key not in keys})


def _keep(context: Context, pool: Pool, tags: dict[str, str]) -> None:
    try:
        pool_checks.check_tags(tags)
    except UserPoolTaggingException as fault:  # the tag operations do not declare it
        raise InvalidParameterException(fault.message) from None
    replicas.keep(context, pool, _with(pool, tags))


def _with(pool: Pool, tags: dict[str, str]) -> dict[str, Any]:
    return {**pool.settings, "UserPoolTags": tags}
