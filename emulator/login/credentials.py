"""The credential that a browser made: the field `credential`, JSON."""

from __future__ import annotations

import json
from typing import Any

from emulator.faults import InvalidParameterException

_LONGEST = 65_536


def read(text: str) -> dict[str, Any]:
    """The credential. Raises InvalidParameterException for a text that is no JSON object."""
    try:
        credential = json.loads(text) if len(text) <= _LONGEST else None
    except (ValueError, RecursionError):
        credential = None
    if not isinstance(credential, dict):
        raise InvalidParameterException("Credential data is not valid")
    return credential
