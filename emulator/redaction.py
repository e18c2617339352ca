"""Text made fit for messages and logs: URLs without their passwords, and one line whatever callers wrote."""

from __future__ import annotations

import re

_USER_INFORMATION = re.compile(r"\A([^@]*?://)?.*@", re.DOTALL)
_PORT = re.compile(r"(://[^/@:\[\]]*:)(?![0-9]{1,5}(?:[/?#]|\Z))[^/?#]*")
"""What stands where a port belongs, and may be a password whose `@` and host were forgotten."""
_PARAMETER = re.compile(r"([?&](?:[^=&]*(?:pass|pwd|secret|token|key)[^=&]*|code)=)[^&]*", re.IGNORECASE)


def redacted(text: str) -> str:
    """A URL, or text that was meant to be a URL, without user name, password and secret query parameters.

    Everything before the last `@` is replaced, in invalid URLs too, since a password may contain any character.
    """
    return _PARAMETER.sub(r"\1***", _PORT.sub(r"\1***", _USER_INFORMATION.sub(r"\1***@", text)))


def one_line(text: str) -> str:
    """The text with a space for every character that is not printable: line breaks, terminal escapes and others."""
    if text.isprintable():
        return text
    return "".join(character if character.isprintable() else " " for character in text)
