"""Ids that a test or a Terraform file pins: by a tag, ours or LocalStack's, which people already have.

A client's is pinned by its name, in LocalStack's form too, since AWS has no tags for clients.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from emulator.context import Context
from emulator.domain.pools import regions
from emulator.faults import InvalidParameterException
from storage.records.pools import Client

TAGS = ("cognito-emulator:id", "_custom_id_")
_POOL_ID = re.compile("[a-z]{2,4}(-[a-z]+)+-[0-9]_[0-9a-zA-Z]+")
_CLIENT_NAME = "_custom_id_:"
_CLIENT_ID = re.compile(r"[\w+]+", re.ASCII)
"""What the model takes for a ClientId; a name's greatest length is its greatest too."""
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


def client_id(name: str) -> str | None:
    """The id that an app client's name pins: what follows `_custom_id_:`. None for any other name."""
    if not name.startswith(_CLIENT_NAME):
        return None
    given = name.removeprefix(_CLIENT_NAME)
    if not _CLIENT_ID.fullmatch(given):
        raise InvalidParameterException(f"The name {name} does not hold an app client id: {given}")
    return given


def check_kept(client: Client, name: str) -> None:
    """Refuse a new name of a client that would pin another id than it has."""
    if client_id(name) not in {None, client.id}:
        raise InvalidParameterException(f"The id of app client {client.id} cannot be changed by the name {name}.")
