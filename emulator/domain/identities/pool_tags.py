"""The tags of identity pools, by the pool's ARN."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from emulator.context import Context
from emulator.domain.identities import identity_pools
from emulator.faults import InvalidParameterException, ResourceNotFoundException
from storage.records.identities import IdentityPool

_ARN = re.compile(
    r"arn:aws[\w-]*:cognito-identity:(?P<region>[\w-]+):(?P<account>[0-9]{12}):identitypool/(?P<pool>[\w-]+:[0-9a-f-]+)"
)
_MOST = 50


def tagged(context: Context, arn: str) -> IdentityPool:
    """The pool of an ARN. Raises InvalidParameterException, ResourceNotFoundException."""
    # AWS unknown: the messages of TagResource, UntagResource and ListTagsForResource for an ARN that is not an identity
    # pool's.
    named = _ARN.fullmatch(arn)
    if named is None:
        raise InvalidParameterException(f"{arn} is not the ARN of an identity pool.")
    if named["account"] != context.settings.account_id or not named["pool"].startswith(f"{named['region']}:"):
        raise ResourceNotFoundException(f"IdentityPool '{named['pool']}' not found.", "of another account or region")
    return identity_pools.named(context, named["pool"])


def of(pool: IdentityPool) -> dict[str, str]:
    """The tags of a pool."""
    return dict(pool.settings.get("IdentityPoolTags", {}))


def tag(context: Context, pool: IdentityPool, tags: Mapping[str, str]) -> None:
    """Store additional tags of a pool. A tag of the same key is replaced. Raises InvalidParameterException."""
    _keep(context, pool, of(pool) | dict(tags))


def untag(context: Context, pool: IdentityPool, keys: Collection[str]) -> None:
    """Remove the tags with these keys from a pool. Keys that the pool does not have are ignored."""
    _keep(context, pool, {key: value for key, value in of(pool).items() if key not in keys})


def _keep(context: Context, pool: IdentityPool, tags: dict[str, str]) -> None:
    # AWS unknown: the message of TagResource for more than 50 tags of an identity pool, and for a key that begins with
    # "aws:".
    if len(tags) > _MOST:
        raise InvalidParameterException(f"An identity pool has at most {_MOST} tags.")
    if any(key.lower().startswith("aws:") for key in tags):
        raise InvalidParameterException("The keys of tags cannot begin with aws:.")
    settings = {**pool.settings, "IdentityPoolTags": tags}
    context.unit.identity_pools.change(pool, settings=settings, modified=context.now)
