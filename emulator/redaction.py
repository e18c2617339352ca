"""Passwords in URLs, which belong into no message and no log."""

from __future__ import annotations

import re

_USER_INFORMATION = re.compile(r"\A([^@]*?://)?.*@", re.DOTALL)
_PARAMETER = re.compile(r"([?&][^=&]*(?:pass|pwd|secret|token|key)[^=&]*=)[^&]*", re.IGNORECASE)


def redacted(text: str) -> str:
    """A URL, or what was meant to be one, without its user, its password and what its query keeps secret.

    What is no proper URL is redacted too: all before the last `@` goes, since a password may hold any character.
    """
    return _PARAMETER.sub(r"\1***", _USER_INFORMATION.sub(r"\1***@", text))
