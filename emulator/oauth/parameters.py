"""The parameters of a query or of a form, `application/x-www-form-urlencoded`."""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import parse_qsl, quote

from emulator.oauth.errors import InvalidRequest

_MOST = 200
"""Parameters, known and unknown ones."""
_LONGEST = 16_384
"""Bytes of a value. AWS's refresh tokens have 1,700, URLs of all browsers not more than this."""
_OF_QUERIES = "!$&'()*+,;=:@/?-._~%"
_OPAQUE = frozenset({"state"})
"""What is given back as it came, and neither looked up nor stored."""
_BYTES_AS_TEXT = "surrogateescape"


def read(encoded: bytes, known: Collection[str], longest: int = _LONGEST) -> dict[str, str]:
    """The parameters whose names are known, by name. Others are ignored, empty ones are absent (RFC 6749, section 3.1).

    In `state`, bytes that are no UTF-8 are kept as surrogates, which `encoded` writes as they were. Raises
    InvalidRequest for a parameter that is there twice, is longer than `longest` bytes, has a NUL, or should be UTF-8.
    """
    # AWS unknown: how the OAuth endpoints refuse a parameter that is given twice. Here with invalid_request, as RFC
    # 6749 section 3.1 has it; GET /oauth2/authorize on its own page.
    try:
        text = encoded.decode("latin-1")  # a character a byte: `parse_qsl` takes bytes only if they are ASCII
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=_MOST, encoding="latin-1")
    except ValueError:
        raise InvalidRequest(None, "too many parameters") from None
    found: dict[str, str] = {}
    for name, value in pairs:
        if name not in known or not value:
            continue
        if name in found:
            raise InvalidRequest(None, f"{name} is given more than once")
        if len(value) > longest or "\0" in value:
            raise InvalidRequest(None, f"{name} is too long, or has a NUL")
        found[name] = value.encode("latin-1").decode("utf-8", _BYTES_AS_TEXT)
        if name not in _OPAQUE and any("\ud800" <= letter <= "\udfff" for letter in found[name]):
            raise InvalidRequest(None, f"{name} is not UTF-8")
    return found


def encoded(value: str) -> str:
    """A value as a part of a query or fragment: the bytes that came in, percent-encoded."""
    return quote(value, safe="", errors=_BYTES_AS_TEXT)


def query_text(query: bytes) -> str:
    """A query for use in a URL: unchanged, except that bytes which may not stand there are percent-encoded."""
    return quote(query, safe=_OF_QUERIES)
