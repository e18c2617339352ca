"""Resource binding (RFC 8707): the parameter `resource`, which becomes the `aud` of the access token."""

from __future__ import annotations

import re

from emulator.context import Context
from emulator.domain.pools import oauth_settings
from emulator.oauth.errors import InvalidRequest
from storage.records.pools import Pool

_FORM = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?P<host>[^/?#\s]+)[^#\s]*")


def check(context: Context, pool: Pool, resource: str) -> None:
    """Raise InvalidRequest unless the pool has resource binding, and the resource is a URL that it may be bound to.

    These are https URLs, http URLs of localhost, and URLs of a custom scheme. They need not be resource servers.
    """
    # AWS unknown: how GET /oauth2/authorize refuses a `resource`; here with invalid_request. Whether scopes of another
    # resource server than the named one are refused, which they are not here.
    found = _FORM.fullmatch(resource)
    if not oauth_settings.has_managed_login(context, pool):
        raise InvalidRequest(None, "resource needs managed login")
    if found is None:
        raise InvalidRequest(None, "resource is not a URL without a fragment")
    host = found["host"].rpartition("@")[2].partition(":")[0]
    if found["scheme"].lower() == "http" and host != "localhost":
        raise InvalidRequest(None, "resource is an http URL of another host than localhost")
