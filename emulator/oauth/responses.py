"""Authorization responses: what an authenticated user's request is answered with (RFC 6749, 4.1.2 and 4.2.2)."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct
from msgspec.structs import replace

from emulator import refusals
from emulator.context import Context
from emulator.domain.access import signing_keys
from emulator.domain.accounts.principals import Principal
from emulator.domain.sign_in import sign_in_protection
from emulator.domain.sign_in.outcomes import Done
from emulator.domain.tokens import authorization_codes, browser_sessions, tokens
from emulator.domain.tokens.authorization_codes import Binding
from emulator.domain.tokens.grants import Authentication, Grant
from emulator.domain.triggers import trigger_table, triggers
from emulator.oauth import authorization_request, token_trigger
from emulator.oauth.authorization_request import AuthorizationRequest
from emulator.oauth.errors import InvalidRequest
from storage.records.users import User


class Cookie(Struct, frozen=True):
    """The cookie of a new browser session. `seconds` is its Max-Age."""

    value: str
    seconds: int


class Redirect(Struct, frozen=True):
    """Where the browser is sent, and the cookie that it gets, if a session began.

    Read `location` only after the commit: `make` puts tokens into it, which are signed then.
    """

    make: Callable[[], str]
    cookie: Cookie | None = None

    @property
    def location(self) -> str:
        """The URL for the header Location."""
        return self.make()


def finish(context: Context, request: AuthorizationRequest, done: Done) -> Redirect:
    """End a sign-in at the pages: begin a browser session, and answer the authorization request.

    The code that comes is for the request's client. Raises OAuthError where the client may not make the request any
    more, or, with the callback as `location`, where PreTokenGeneration fails for the implicit grant; and
    NotAuthorizedException where the user went or was disabled meanwhile.
    """
    request = authorization_request.read_again(context, request)
    cookie, authentication = begin_session(context, request, done)
    return replace(respond(context, request, done.user, authentication), cookie=cookie)


def begin_session(context: Context, request: AuthorizationRequest, done: Done) -> tuple[Cookie, Authentication]:
    """End a sign-in at the pages: begin a browser session. The authorization request is not answered."""
    sign_in_protection.record_pass(done.progress)
    principal = Principal(request.app.pool, done.user, request.app.client)
    value, session = browser_sessions.begin(context, principal, done.details)
    authentication = browser_sessions.authentication(request.app.pool, session)
    return Cookie(value, int(session.expires - context.now)), authentication


def respond(context: Context, request: AuthorizationRequest, user: User, authentication: Authentication) -> Redirect:
    """Answer an authorization request for an authenticated user, with a code, or with tokens (implicit grant)."""
    context.username = user.username
    if request.response_type == "token":
        return _implicit(context, request, granted(request, user), authentication)
    location = request.callback.of_code(code(context, request, user, authentication))
    return Redirect(lambda: location)


def code(context: Context, request: AuthorizationRequest, user: User, authentication: Authentication) -> str:
    """Store a new authorization code, bound to the request's client, redirect URI and PKCE challenge, and return it."""
    binding = Binding(request.client_id, request.redirect_uri, request.code_challenge)
    return authorization_codes.mint(context, granted(request, user), authentication, binding)


def granted(request: AuthorizationRequest, user: User) -> Grant:
    """What the request grants to its client."""
    return Grant(
        request.app.pool,
        request.app.client,
        user,
        request.scopes,
        nonce=request.nonce,
        audience=request.resource,
        oauth=True,
        refreshable=request.refreshable and request.response_type == "code",
        client_url=request.client_url,
    )


def _implicit(
    context: Context, request: AuthorizationRequest, grant: Grant, authentication: Authentication
) -> Redirect:
    """Tokens in the fragment, without a refresh token. What the sign-in wrote is committed first, for the trigger."""
    triggers.commit_before_trigger(context)
    signing_keys.ensure(context, grant.pool.id)
    try:
        overrides = token_trigger.call(context, grant, trigger_table.HOSTED)
    except InvalidRequest as error:
        raise error.at(request.callback.of_error(error)) from None
    user = context.unit.users.get(grant.owner.id)
    if user is None or not user.enabled:
        raise refusals.disabled_user("the user went while a trigger ran")
    if overrides is not None:
        request = replace(authorization_request.read_again(context, request), nonce=request.nonce)
    _, result = tokens.issue_family(context, granted(request, user), authentication, overrides=overrides)
    return Redirect(lambda: request.callback.of_tokens(result))
