"""`/oauth2/authorize`: whether a browser's session answers the request, or the user has to sign in."""

from __future__ import annotations

from typing import TypeAlias

from msgspec import Struct

from emulator.context import Context
from emulator.domain.factors import levels
from emulator.domain.pools import oauth_settings
from emulator.domain.sign_in import step_up
from emulator.domain.tokens import browser_sessions
from emulator.faults import NotAuthorizedException
from emulator.oauth import authorization_request, responses
from emulator.oauth.authorization_request import AuthorizationRequest
from emulator.oauth.errors import LoginRequired
from emulator.oauth.responses import Redirect
from storage.records.oauth import BrowserSession
from storage.records.users import User


class ToLogin(Struct, frozen=True):
    """The user has to sign in, at `/login` with this query."""

    query: str


class ToProvider(Struct, frozen=True):
    """The user has to sign in at the identity provider of that name."""

    name: str
    request: AuthorizationRequest


Decision: TypeAlias = Redirect | ToLogin | ToProvider


def answer(context: Context, query: bytes, cookie: str | None) -> Decision:
    """What follows the authorization request in a query. Raises OAuthError."""
    try:
        return decide(context, authorization_request.read(context, query), cookie)
    except NotAuthorizedException:
        # The session's user went while PreTokenGeneration ran, so no session answers the request any more.
        return decide(context, authorization_request.read(context, query), cookie)


def decide(context: Context, request: AuthorizationRequest, cookie: str | None) -> Decision:
    """What follows an authorization request. `cookie` is that of the browser's session, if the browser has one.

    Raises LoginRequired, for the callback, where the request allows no page (`prompt=none`) and no session answers it;
    and NotAuthorizedException where the session's user goes while PreTokenGeneration runs (implicit grant).
    """
    found = session_for(context, request, cookie)
    if found:
        session, user = found
        authentication = browser_sessions.authentication(request.app.pool, session)
        browser_sessions.touch(context, request.app.pool, session)
        return responses.respond(context, request, user, authentication)
    if "none" in request.prompt:
        error = LoginRequired(None, "there is no session that answers the request")
        raise error.at(request.callback.of_error(error))
    name = request.identity_provider or oauth_settings.sole_provider(request.app.client.settings)
    if name not in {None, browser_sessions.LOCAL}:
        return ToProvider(str(name), request)
    return ToLogin(request.query)


def session_for(
    context: Context, request: AuthorizationRequest, cookie: str | None
) -> tuple[BrowserSession, User] | None:
    """The browser's session and its user, if the session answers the request without a new sign-in; else None.

    It must be fresh enough for the client and for `max_age`, strong enough for `acr_values`, of the identity provider
    that the request names; and the request must not demand a sign-in (`prompt=login`).
    """
    pool, client = request.app.pool, request.app.client
    found = browser_sessions.find(context, pool, cookie)
    if found is None or "login" in request.prompt:
        return None
    session, user = found
    if not browser_sessions.serves(context, pool, client, session):
        return None
    if request.identity_provider not in {None, session.provider}:
        return None
    # AWS unknown: whether GET /oauth2/authorize signs a user in silently at a client that does not support the identity
    # provider at which the browser's session began. Here it does not.
    if session.provider not in oauth_settings.providers(client.settings):
        return None
    if request.max_age is not None and context.now - session.auth_time > request.max_age:
        return None
    return found if _is_strong_enough(context, request, session, user) else None


def _is_strong_enough(context: Context, request: AuthorizationRequest, session: BrowserSession, user: User) -> bool:
    """Whether the session satisfies the first level of `acr_values` that the user can reach, if there is one."""
    names = levels.names(request.app.pool)
    wanted = [names[name] for name in dict.fromkeys(request.acr_values) if name in names]
    if not wanted:
        return True
    passed = levels.credited(session.details.get("Amr", ()))
    target = step_up.reachable(context, request.app, user, wanted, passed)
    return target is None or levels.level(passed) >= target
