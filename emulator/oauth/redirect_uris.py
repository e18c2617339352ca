"""Which redirect URIs are a client's: its CallbackURLs, or those of its client ID metadata document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from emulator.domain.pools import oauth_settings

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def is_registered(redirect_uri: str, settings: Mapping[str, Any], document: Mapping[str, Any] | None) -> bool:
    """Whether a redirect URI is the client's, compared as a string (RFC 9700, section 2.1).

    `document` is the metadata document of a client whose id is a URL. A URL of its document that is on loopback and has
    no port stands for all ports (RFC 8252, section 7.3): native apps listen where they can.
    """
    # AWS unknown: whether GET /oauth2/authorize takes any port for a redirect URI of a client ID metadata document that
    # has none, as here and in RFC 8252. For CallbackURLs it does not.
    if document is None:
        return redirect_uri in oauth_settings.callbacks(settings)
    listed = document["redirect_uris"]
    return redirect_uri in listed or _without_port(redirect_uri) in listed


def _without_port(url: str) -> str | None:
    """An http URL on loopback, without its port; None for any other URL."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme != "http" or parts.hostname not in _LOOPBACK or port is None or "@" in parts.netloc or "#" in url:
        return None
    bare = parts.netloc.removesuffix(f":{port}")
    return f"http://{bare}{url[len('http://') + len(parts.netloc) :]}"
