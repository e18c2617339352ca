"""URLs of identity providers, with the parameters of a request."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode, urlsplit, urlunsplit


def with_parameters(url: str, parameters: Mapping[str, str]) -> str:
    """The URL with these parameters after those that it has."""
    parts = urlsplit(url)
    query = "&".join(filter(None, (parts.query, urlencode(parameters))))
    return urlunsplit(parts._replace(query=query))
