"""The settings that are addresses, or name some: the issuer, endpoints, functions, where exported logs go.

Each parser raises ValueError, whose text continues a sentence about the given text.
"""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

from emulator.redaction import redacted


def issuer(text: str) -> str:
    """`request`, `aws`, or the URL without a slash at its end."""
    if text in {"request", "aws"}:
        return text
    wrong = ValueError("is not `request`, `aws` or an http(s) URL without query and fragment")
    if not re.fullmatch(r"https?://[!-~]+", text):
        raise wrong
    try:
        parts = urlsplit(text)
        host = parts.hostname if parts.port != 0 else None
    except ValueError:
        raise wrong from None
    if not host or parts.query or parts.fragment:
        raise wrong
    return text.rstrip("/")


def http_url(text: str) -> str:
    """The URL without a slash at its end."""
    try:
        parts = urlsplit(text)
        fine = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        fine = False
    if not fine or not re.fullmatch(r"[!-~]+", text):
        raise ValueError("is not an http(s) URL")
    return text.rstrip("/")


def smtp_url(text: str) -> str:
    """The URL of an SMTP server."""
    from emulator.outside import smtp

    smtp.Server.at(text)
    return text


FUNCTION_NAME = r"[\w:$-]+"
"""The form of a function's name or ARN."""


def functions(text: str) -> dict[str, str]:
    """Parse a list of NAME=TARGET. A target is `URL`, `lambda:URL` or `python:package.module:function`."""
    found: dict[str, str] = {}
    for entry in filter(None, (part.strip() for part in text.split(","))):
        name, equals, target = entry.partition("=")
        if not equals or not re.fullmatch(FUNCTION_NAME, name):
            raise ValueError(f"is not a list of NAME=TARGET: {redacted(entry)!r}")
        try:
            found[name] = function(target)
        except ValueError as error:
            raise ValueError(f"is not a list of NAME=TARGET: {redacted(target)!r} {error}") from None
    if not found:
        raise ValueError("is not a list of NAME=TARGET")
    return found


def function(text: str) -> str:
    """Parse the target of a function: `URL`, `lambda:URL` or `python:package.module:function`. Raises ValueError."""
    kind, _, rest = text.partition(":")
    if kind == "python":
        module, _, function = rest.partition(":")
        if not all(part.isidentifier() for part in (*module.split("."), function)):
            raise ValueError("is not python:package.module:function")
        return text
    return f"lambda:{http_url(rest)}" if kind == "lambda" else http_url(text)


def target(text: str) -> str:
    """The directory or the http(s) URL."""
    if text.startswith(("http://", "https://")):
        return http_url(text)
    if "://" in text or not text or "\0" in text:
        raise ValueError("is neither a directory nor an http(s) URL")
    if Path(text).exists() and not Path(text).is_dir():
        raise ValueError("is a file, not a directory")
    return text
