"""Ids that a test or a Terraform file pins, by a tag: ours, or LocalStack's, which people already have."""

from __future__ import annotations

import re
from collections.abc import Mapping

from emulator.context import Context
from emulator.domain import regions
from emulator.faults import InvalidParameterException

TAGS = ("cognito-emulator:id", "_custom_id_")
_POOL_ID = re.compile("[a-z]{2,4}(-[a-z]+)+-[0-9]_[0-9a-zA-Z]+")
_LONGEST = 55
"""What the model takes for a UserPoolId."""


def pinned(tags: Mapping[str, str]) -> tuple[str, str] | None:
    """The tag that pins an id, and the id; None without one."""
    return next(((tag, tags[tag]) for tag in TAGS if tags.get(tag)), None)


def check_region(context: Context, tags: Mapping[str, str], pinned_id: str) -> None:
    """Refuse an id of another region than a call is signed for, since the call could not see what it made."""
    reason = regions.elsewhere(context, regions.of_id(pinned_id))
    if reason:
        tag = next(tag for tag in TAGS if tags.get(tag))
        raise InvalidParameterException(f"The tag {tag} names {pinned_id}: {reason}.")


def pool_id(tags: Mapping[str, str], region: str) -> str | None:
    """The pinned id of a user pool: `<region>_<name>`, or the name alone for the caller's region."""
    found = pinned(tags)
    if found is None:
        return None
    tag, given = found
    whole = given if "_" in given else f"{region}_{given}"
    if len(whole) > _LONGEST or not _POOL_ID.fullmatch(whole):
        raise InvalidParameterException(f"The tag {tag} does not hold a user pool id: {given}")
    return whole
