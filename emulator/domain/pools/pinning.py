"""Ids that the caller chooses ("pins"): pools' by a tag (our own, or LocalStack's), app clients' by their name.

Tests and configuration can then hold an id before the resource exists. AWS has no tags for app clients.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from emulator.context import Context
from emulator.domain.pools import regions
from emulator.faults import InvalidParameterException
from emulator.settings import REGION
from storage.records.pools import Client

TAGS = ("cognito-emulator:id", "_custom_id_")
IDENTITY_POOL_ID = re.compile(rf"{REGION}:[0-9a-f]{{8}}(-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}}")
_CLIENT_NAME = "_custom_id_:"
_CLIENT_ID = re.compile(r"[\w+]+", re.ASCII)
"""The model's pattern of a ClientId. The longest ClientName is as long as the longest ClientId."""
LONGEST = 55
"""The models' maximum length of a UserPoolId and of an IdentityPoolId."""


def check_region(context: Context, tags: Mapping[str, str], pinned_id: str) -> None:
    """Raise InvalidParameterException if a pinned id is of another region than the call is signed for.

    The caller could not see that resource. `tags` are those that pin the id, for the message.
    """
    reason = regions.reason_out_of_region(context, regions.of_id(pinned_id))
    if reason:
        tag = _tag(tags)
        raise InvalidParameterException(f"The tag {tag} names {pinned_id}: {reason}.")


def pool_id(tags: Mapping[str, str], region: str) -> str | None:
    """The id that a tag pins for a new user pool: `<region>_<name>`, or the name alone for `region`, the caller's.

    None without such a tag. Raises InvalidParameterException if the tag's value is not an id.
    """
    return _pinned(tags, f"{region}_", regions.USER_POOL_ID, "a user pool id")


def identity_pool_id(tags: Mapping[str, str], region: str) -> str | None:
    """The id that a tag pins for a new identity pool: `<region>:<uuid>`, or the UUID alone for `region`, the caller's.

    None without such a tag. Raises InvalidParameterException if the tag's value is not an id.
    """
    return _pinned(tags, f"{region}:", IDENTITY_POOL_ID, "an identity pool id")


def client_id(name: str) -> str | None:
    """The id that an app client's name pins, after `_custom_id_:`; None for any other name.

    Raises InvalidParameterException if no id follows.
    """
    if not name.startswith(_CLIENT_NAME):
        return None
    given = name.removeprefix(_CLIENT_NAME)
    if not _CLIENT_ID.fullmatch(given):
        raise InvalidParameterException(f"The name {name} does not hold an app client id: {given}")
    return given


def check_kept(client: Client, name: str) -> None:
    """Raise InvalidParameterException if a client's new name would pin another id than the client has."""
    if client_id(name) not in {None, client.id}:
        raise InvalidParameterException(f"The id of app client {client.id} cannot be changed by the name {name}.")


def _tag(tags: Mapping[str, str]) -> str | None:
    """The tag that pins an id; our own tag precedes LocalStack's."""
    return next((tag for tag in TAGS if tags.get(tag)), None)


def _pinned(tags: Mapping[str, str], prefix: str, form: re.Pattern[str], what: str) -> str | None:
    """The id that a tag pins, with `prefix` prepended if the tag's value lacks the region; None without such a tag."""
    tag = _tag(tags)
    if tag is None:
        return None
    given = tags[tag]
    whole = given if prefix[-1] in given else prefix + given
    if len(whole) > LONGEST or not form.fullmatch(whole):
        raise InvalidParameterException(f"The tag {tag} does not hold {what}: {given}")
    return whole
