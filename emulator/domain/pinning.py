"""Ids that a test or a Terraform file pins, by a tag: ours, or LocalStack's, which people already have."""

from __future__ import annotations

import re
from collections.abc import Mapping

from emulator.faults import InvalidParameterException

TAGS = ("cognito-emulator:id", "_custom_id_")


def pinned(tags: Mapping[str, str]) -> tuple[str, str] | None:
    """The tag that pins an id, and the id; None without one."""
    return next(((tag, tags[tag]) for tag in TAGS if tags.get(tag)), None)


def pool_id(tags: Mapping[str, str], region: str) -> str | None:
    """The pinned id of a user pool: `<region>_<name>`, or the name alone for the caller's region."""
    found = pinned(tags)
    if found is None:
        return None
    tag, given = found
    whole = given if "_" in given else f"{region}_{given}"
    if not re.fullmatch(r"[a-z]{2,4}(-[a-z]+)+-\d_[0-9a-zA-Z]{1,39}", whole):
        raise InvalidParameterException(f"The tag {tag} does not hold a user pool id: {given}")
    return whole
