"""Removes passwords from URLs, before URLs are written to messages and logs."""

from __future__ import annotations

import re

_USER_INFORMATION = re.compile(r"\A([^@]*?://)?.*@", re.DOTALL)
_PARAMETER = re.compile(r"([?&][^=&]*(?:pass|pwd|secret|token|key)[^=&]*=)[^&]*", re.IGNORECASE)


def redacted(text: str) -> str:
    """A URL, or text that was meant to be a URL, without user name, password and secret query parameters.

    Everything before the last `@` is replaced, in invalid URLs too, since a password may contain any character.
    """
    return _PARAMETER.sub(r"\1***", _USER_INFORMATION.sub(r"\1***@", text))
