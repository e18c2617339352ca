"""Scopes: the requested ones against those that a client may be granted (RFC 6749, section 3.3)."""

from __future__ import annotations

from emulator.context import Context
from emulator.domain.pools import oauth_settings, resource_servers
from emulator.domain.pools.apps import App
from emulator.oauth.errors import InvalidGrant, InvalidRequest, InvalidScope

_IGNORED = "offline_access"


def requested(text: str | None) -> list[str]:
    """The scopes in a parameter `scope`, each once; empty without one."""
    return list(dict.fromkeys((text or "").split()))


def to_authorize(context: Context, app: App, text: str | None) -> tuple[str, ...]:
    """The scopes of an authorization request: all that the client allows, if it names none.

    A scope of the client that no resource server has any more is dropped. Raises InvalidRequest for any other scope.
    """
    wanted = requested(text)
    configured = set(app.client.settings.get("AllowedOAuthScopes", []))
    if not set(wanted) <= configured:
        raise InvalidRequest("invalid_scope", f"the client does not allow {' '.join(sorted(set(wanted) - configured))}")
    allowed = oauth_settings.scopes(context, app.pool, app.client)
    return tuple(scope for scope in wanted or allowed if scope in allowed)


def to_client(context: Context, app: App, text: str | None) -> tuple[str, ...]:
    """The scopes of a client's own token: all custom scopes that the client allows, if the request names none.

    Raises InvalidScope for a scope that no resource server has, and where none is left; InvalidGrant for one that
    exists, and the client does not allow.
    """
    # AWS unknown: what POST /oauth2/token makes of `offline_access` in client_credentials, which documentation says has
    # no effect. Here it is ignored.
    allowed = oauth_settings.custom_scopes(context, app.pool, app.client)
    wanted = [scope for scope in requested(text) if scope != _IGNORED]
    if not wanted and text is None:
        wanted = allowed
    known = resource_servers.scopes(context, app.pool) | {oauth_settings.REGISTRATION_SCOPE}
    for scope in wanted:
        if scope not in known:
            raise InvalidScope(None, f"no resource server has {scope}")
        if scope not in allowed:
            raise InvalidGrant(None, f"the client does not allow {scope}")
    if not wanted:
        raise InvalidScope(None, "the client has no custom scope")
    return tuple(wanted)
