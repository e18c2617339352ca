"""Sessions of browsers at the login pages: SSO sessions (AWS: "Managed login sessions", "Managing user sessions").

The cookie `cognito` names a session, of which the database has the digest. A session is of one pool, and signs the user
in silently at all clients of the pool, for an hour from the last authentication. Revoking tokens does not end it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emulator.context import Context
from emulator.domain.accounts.principals import Principal
from emulator.domain.pools import client_settings, domains
from emulator.domain.tokens import user_sessions
from emulator.domain.tokens.grants import Authentication
from keys import entropy, opaque
from storage.records.oauth import BrowserSession
from storage.records.pools import Client, Pool
from storage.records.users import User

COOKIE = "cognito"
LOCAL = "COGNITO"
"""The provider of users who authenticate with the pool itself."""
_PROVIDER_SESSION = "Provider"
"""The member of `BrowserSession.details` that has what `begin` got as `provider_session`."""
_HOUR = 3_600
_RANDOM = 25


def digest(cookie: str) -> str:
    """The digest of a cookie's value, by which the session is stored."""
    return opaque.digest(cookie)


def begin(
    context: Context,
    principal: Principal,
    authenticated: Mapping[str, Any],
    provider: str = LOCAL,
    *,
    provider_session: Mapping[str, Any] | None = None,
) -> tuple[str, BrowserSession]:
    """Store a new session of a user who has just authenticated, and return the value of its cookie with its record.

    `authenticated` has Acr and Amr of the sign-in, as `Family.details` has them. `provider_session` is what a log-out
    at the identity provider needs, if the user signed in there.
    """
    pool, client, now = principal.pool, principal.app_client, context.now
    cookie = opaque.mint_browser_session(context.world.entropy)
    details = {name: authenticated[name] for name in ("Acr", "Amr") if name in authenticated}
    details |= {"ClientId": client.id, "LoginVersion": domains.login_version(context, pool)}
    details |= {_PROVIDER_SESSION: dict(provider_session)} if provider_session else {}
    session = BrowserSession(
        digest=opaque.digest(cookie),
        id=f"sso{entropy.lower_alnum(context.world.entropy, _RANDOM)}",
        pool_id=pool.id,
        user_id=principal.user.id,
        provider=provider,
        auth_time=int(now),
        active=now,
        details=details | user_sessions.seen(context),
        expires=now + max(_HOUR, validity(pool, client)),
    )
    return cookie, context.unit.browser_sessions.add(session)


def find(context: Context, pool: Pool, cookie: str | None) -> tuple[BrowserSession, User] | None:
    """The live session of a cookie in a pool, with its user. None where there is none, or its user is disabled.

    A session that began under another version of the login pages counts no more.
    """
    session = context.unit.browser_sessions.get(opaque.digest(cookie)) if cookie else None
    if session is None or session.pool_id != pool.id or session.expires <= context.now:
        return None
    user = context.unit.users.get(session.user_id)
    # AWS unknown: whether GET /oauth2/authorize signs a user in silently who was disabled, or has to reset the
    # password. Here it does not.
    if user is None or not user.enabled or user.status == "RESET_REQUIRED":
        return None
    if session.details.get("LoginVersion") != domains.login_version(context, pool):
        return None
    return session, user


def provider_session(session: BrowserSession) -> Mapping[str, Any]:
    """What a log-out at the identity provider needs of a session: empty if there is nothing to end there."""
    found: Mapping[str, Any] = session.details.get(_PROVIDER_SESSION, {})
    return found


def validity(pool: Pool, client: Client) -> int:
    """For how many seconds after an authentication a client accepts the session instead of a new one.

    SSOSession.MaxValidityMinutes counts in pools that track sessions; elsewhere it is an hour.
    """
    configured = client.further.get("SSOSession") if user_sessions.tracks(pool) else None
    return int(configured["MaxValidityMinutes"]) * 60 if configured else _HOUR


def serves(context: Context, pool: Pool, client: Client, session: BrowserSession) -> bool:
    """Whether a client still accepts a live session. It is not prolonged by use."""
    return context.now < session.auth_time + validity(pool, client)


def is_new(context: Context, client: Client, session: BrowserSession) -> bool:
    """Whether the user has just signed in: no longer ago than a sign-in at the client may take."""
    return context.now < session.auth_time + client_settings.session_seconds(client.settings)


def authentication(pool: Pool, session: BrowserSession) -> Authentication:
    """How the session's user authenticated, for the tokens that the session leads to."""
    details = {name: session.details[name] for name in ("Acr", "Amr") if name in session.details}
    origin = {"OriginSession": session.id} if user_sessions.tracks(pool) else {}
    return Authentication(session.auth_time, details | origin)


def touch(context: Context, pool: Pool, session: BrowserSession) -> None:
    """Store the time, address and device of the present use, in a pool that tracks sessions."""
    if user_sessions.tracks(pool):
        details = session.details | user_sessions.seen(context)
        context.unit.browser_sessions.change(session, active=context.now, details=details)


def end(context: Context, session: BrowserSession) -> None:
    """Delete a session. Tokens that it led to stay valid."""
    context.unit.browser_sessions.delete(session)


def active(context: Context, user: User) -> list[BrowserSession]:
    """The user's live sessions, oldest first."""
    found = [session for session in context.unit.browser_sessions.of(user.id) if session.expires > context.now]
    return sorted(found, key=lambda session: (session.auth_time, session.active))


def end_origin(context: Context, pool: Pool, details: Mapping[str, Any]) -> None:
    """End the browser session that a token family came from, if the pool tracks sessions. `details`: the family's."""
    origin = details.get("OriginSession")
    session = context.unit.browser_sessions.named(origin) if origin and user_sessions.tracks(pool) else None
    if session:
        end(context, session)


def shown(session: BrowserSession) -> dict[str, Any]:
    """The session as ListUserSessions shows it."""
    return {
        "SessionId": session.id,
        "SessionType": "SSO",
        "ClientId": session.details["ClientId"],
        "CreateDate": session.auth_time,
        "LastActiveDate": session.active,
        **{name: session.details[name] for name in ("DeviceType", "LastIPAddress") if session.details.get(name)},
        "IsCurrentSession": False,
    }
