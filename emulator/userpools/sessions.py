"""Tracked sessions of users, and the session configuration of pools and clients.

The type stubs do not have these operations yet, hence `Call[Any]`.
"""

from __future__ import annotations

from typing import Any

from emulator import refusals
from emulator.call import Call
from emulator.domain.tokens import browser_sessions, user_sessions
from emulator.faults import InvalidParameterException, ResourceNotFoundException
from emulator.registry import operation
from storage.records.oauth import BrowserSession

_SSO = {"MaxValidityMinutes": 60}


@operation("SetUserPoolSessionConfiguration")
def set_user_pool_session_configuration(call: Call[Any]) -> dict[str, Any]:
    """Configure whether a pool tracks its users' sessions, and how many each user may have.

    A lower MaxPerUser revokes no session until the user's next sign-in.
    """
    user_sessions.check_tier(call.pool.settings["UserPoolTier"])
    changes = {name: call.request[name] for name in ("UserSessionTracking", "TokenSession")}
    pool = call.unit.pools.configure(call.pool, {**call.pool.further, **changes})
    return {"UserPoolId": pool.id, **user_sessions.configuration(pool)}


@operation("GetUserPoolSessionConfiguration", reads=True)
def get_user_pool_session_configuration(call: Call[Any]) -> dict[str, Any]:
    """Describe whether a pool tracks its users' sessions, and how many each user may have."""
    return {"UserPoolId": call.pool.id, **user_sessions.configuration(call.pool)}


@operation("SetUserPoolClientSessionConfiguration")
def set_user_pool_client_session_configuration(call: Call[Any]) -> dict[str, Any]:
    """Configure for how long a client accepts an SSO session instead of a new sign-in."""
    user_sessions.check_tier(call.pool.settings["UserPoolTier"])
    user_sessions.require_tracking(call.pool)
    client = call.named_client
    client = call.unit.clients.configure(client, client.further | {"SSOSession": call.request["SSOSession"]})
    return {"UserPoolId": client.pool_id, "ClientId": client.id, "SSOSession": client.further["SSOSession"]}


@operation("GetUserPoolClientSessionConfiguration", reads=True)
def get_user_pool_client_session_configuration(call: Call[Any]) -> dict[str, Any]:
    """Describe for how long a client accepts an SSO session instead of a new sign-in."""
    client = call.named_client
    return {"UserPoolId": client.pool_id, "ClientId": client.id, "SSOSession": client.further.get("SSOSession", _SSO)}


@operation("ListUserSessions", "AdminListUserSessions", reads=True)
def list_user_sessions(call: Call[Any]) -> dict[str, Any]:
    """List the active sessions of a user, the newest 125, in one page, as AWS documents."""
    user_sessions.require_tracking(call.pool)
    if call.given("NextToken") is not None:
        raise refusals.invalid_page_token()
    current = None if call.given("AccessToken") is None else call.bearer.family
    shown = [user_sessions.shown(family, current) for family in user_sessions.active(call, call.user)]
    shown += [browser_sessions.shown(session) for session in browser_sessions.active(call, call.user)]
    shown.sort(key=lambda session: session["CreateDate"])
    return {"Sessions": shown[-user_sessions.MOST_LISTED :]}


@operation("RevokeUserSession", "AdminRevokeUserSession")
def revoke_user_session(call: Call[Any]) -> dict[str, Any]:
    """Revoke a session of a user, but not the session of the caller's own access token.

    LINKED also ends the browser's session through which a token session came, or the token sessions that came through a
    browser's session.
    """
    # AWS unknown: how RevokeUserSession refuses a session that is not the user's, and the caller's own; and whether
    # LINKED on an SSO session also revokes the caller's own session, where that came through it. Here it does.
    user_sessions.require_tracking(call.pool)
    user, linked = call.user, call.request.get("RevokeAssociatedSessions") == "LINKED"
    browser = call.unit.browser_sessions.named(call.request["SessionId"])
    if browser is not None and browser.user_id == user.id and browser.expires > call.now:
        _end(call, browser, linked=linked)
        return {}
    family = call.unit.tokens.of_session(call.request["SessionId"])
    if family is None or family.user_id != user.id or not user_sessions.is_active(call, family):
        raise ResourceNotFoundException("Session does not exist.")
    if call.given("AccessToken") is not None and family.origin_jti == call.bearer.family.origin_jti:
        raise InvalidParameterException("The current session cannot be revoked.")
    call.unit.tokens.revoke(family.origin_jti)
    if linked:
        browser_sessions.end_origin(call, call.pool, family.details)
    return {}


def _end(call: Call[Any], browser: BrowserSession, *, linked: bool) -> None:
    """End a browser's session, and if `linked` revoke the token sessions that came through it."""
    browser_sessions.end(call, browser)
    for family in user_sessions.active(call, call.user) if linked else []:
        if family.details.get("OriginSession") == browser.id:
            call.unit.tokens.revoke(family.origin_jti)
