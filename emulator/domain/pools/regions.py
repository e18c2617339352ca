"""Which region a call acts in.

A signed call acts in the region of its credential scope, and sees no other. An unsigned call acts in the region of the
pool, client or identity that it names.
"""

from __future__ import annotations

import re

from emulator.context import Context
from emulator.faults import ResourceNotFoundException
from emulator.settings import REGION

USER_POOL_ID = re.compile(rf"(?P<region>{REGION})_[0-9a-zA-Z]+")
_REGION = re.compile(REGION)


def is_region(name: str) -> bool:
    """Whether a name is spelled as AWS spells its regions, `us-east-1`. The region need not exist."""
    return _REGION.fullmatch(name) is not None


def of_id(resource_id: str) -> str:
    """The region in the id of a user pool, `us-east-1_…`, or of an identity pool or identity, `us-east-1:…`."""
    return resource_id.replace(":", "_").partition("_")[0]


def reason_out_of_region(context: Context, home: str) -> str | None:
    """Why the call may not act in the region `home`, for the log: it is signed for another region. None if it may."""
    signed_for = context.origin.region
    if signed_for is None or signed_for == home:
        return None
    return f"it lives in {home}, and the call is signed for {signed_for}"


def check(context: Context, home: str, missing: str) -> None:
    """Raise ResourceNotFoundException with the message `missing` unless the call may act in the region `home`."""
    reason = reason_out_of_region(context, home)
    if reason:
        raise ResourceNotFoundException(missing, reason)
