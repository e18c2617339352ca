"""Checks of URLs."""

from __future__ import annotations

import unicodedata
from urllib.parse import urlsplit

from emulator.faults import InvalidParameterException

_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
_LONGEST = 1024
_OF_URLS = frozenset("LMSNP")
"""The general categories of characters (Unicode) that the service model allows in a RedirectUrlType."""
_NOT_OF_MODEL = (
    f"Callback and logout URLs have neither blanks nor control characters, and at most {_LONGEST} characters."
)
_NOT_ABSOLUTE = "{url} is not a valid redirect URL: absolute, https or local, no fragment."
_HARMFUL = frozenset({"javascript", "data", "vbscript", "blob", "file", "about"})
"""URL schemes that a browser acts upon by itself, and that no app registers."""


def is_web_address(url: str) -> bool:
    """Whether a URL is absolute, of http or https, names a host, and can be sent in a request or a header as it is."""
    if any(letter.isspace() or not letter.isprintable() for letter in url):
        return False
    try:
        parts = urlsplit(url)
        is_complete = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    return is_complete and parts.scheme in {"http", "https"} and "\\" not in parts.netloc


def check_web_address(url: str, what: str) -> None:
    """Raise InvalidParameterException unless a URL is an absolute http(s) URL. `what` names the URL in the message."""
    if not is_web_address(url):
        raise InvalidParameterException(f"{what} is not a valid URL.")


def check_redirect(url: str) -> None:
    """Raise InvalidParameterException if a URL is not one that a browser may be redirected to.

    It must be absolute, without a fragment, and of a scheme that is harmless; http is for localhost only.
    """
    # AWS unknown: the message of InvalidParameterException when CreateUserPoolClient or UpdateUserPoolClient gets a
    # redirect URL that is not absolute, or whose scheme is harmful (`javascript:`).
    if "#" in url:
        raise InvalidParameterException(f"{url} cannot use fragment")
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise InvalidParameterException(_NOT_ABSOLUTE.format(url=url)) from None
    if not parts.scheme or parts.scheme in _HARMFUL or (parts.scheme in {"http", "https"} and not host):
        raise InvalidParameterException(_NOT_ABSOLUTE.format(url=url))
    if parts.scheme == "http" and host not in _LOCAL:
        raise InvalidParameterException(f"{url} cannot use the HTTP protocol.")
    if len(url) > _LONGEST or not all(unicodedata.category(letter)[0] in _OF_URLS for letter in url):
        # The service model sees to it in a call. Documents come here without one, and `urlsplit` drops line breaks.
        raise InvalidParameterException(_NOT_OF_MODEL)
