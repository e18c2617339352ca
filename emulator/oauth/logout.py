"""The logout endpoint: ends the browser's session, and leads to a page of the application, or back to a sign-in."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from emulator.context import Context
from emulator.domain.pools import oauth_settings
from emulator.domain.tokens import browser_sessions
from emulator.oauth import clients, parameters
from emulator.oauth.clients import OAuthClient
from emulator.oauth.errors import InvalidRequest, RedirectMismatch
from emulator.oauth.redirects import error_page

PARAMETERS = frozenset(
    {
        "client_id",
        "code_challenge",
        "code_challenge_method",
        "logout_uri",
        "nonce",
        "redirect_uri",
        "response_type",
        "scope",
        "state",
    }
)
_TO_LOGIN = (
    "client_id",
    "redirect_uri",
    "response_type",
    "state",
    "scope",
    "nonce",
    "code_challenge",
    "code_challenge_method",
)


class SignedOut(Struct, frozen=True):
    """Where the browser goes. `ends_session`: the cookie of its session is to be deleted."""

    location: str
    ends_session: bool


def decide(context: Context, query: bytes, cookie: str | None) -> SignedOut:
    """End the session of the browser in the client's pool, if it has one. Tokens stay valid.

    A `logout_uri` that the client registered wins; any other is treated as absent. Otherwise the request leads to
    `/login`, for another user. Raises InvalidRequest, for a page, and RedirectMismatch, for the error page.
    """
    # AWS unknown: whether GET /logout deletes the cookie where it refuses the request. Here it does not.
    given = parameters.read(query, PARAMETERS)
    client_id = _required(given, "client_id")
    client = clients.find(context, client_id)
    if client is None:
        error = InvalidRequest(None, "no such client")
        raise error.at(error_page(error, client_id))
    logout_uri = given.get("logout_uri")
    if logout_uri in oauth_settings.logout_urls(client.app.client.settings) and logout_uri is not None:
        return SignedOut(logout_uri, _end(context, client, cookie))
    _check_sign_in(client, given)
    location = _login(context, client, given)
    return SignedOut(location, _end(context, client, cookie))


def _check_sign_in(client: OAuthClient, given: Mapping[str, str]) -> None:
    """Raise unless the request names a callback of the client, and a response type."""
    redirect_uri = _required(given, "redirect_uri")
    if redirect_uri not in oauth_settings.callbacks(client.app.client.settings):
        error = RedirectMismatch(None, "redirect_uri is not registered")
        raise error.at(error_page(error, client.id))
    _required(given, "response_type")


def _login(context: Context, client: OAuthClient, given: Mapping[str, str]) -> str:
    """The path of the sign-in page, with the request's parameters; all scopes of the client if it names none."""
    scope = given.get("scope") or " ".join(oauth_settings.scopes(context, client.app.pool, client.app.client))
    passed = {**given, "scope": scope}
    pairs = [f"{name}={parameters.encoded(passed[name])}" for name in _TO_LOGIN if passed.get(name)]
    return f"/login?{'&'.join(pairs)}"


def _end(context: Context, client: OAuthClient, cookie: str | None) -> bool:
    """End the browser's session, if it is of the client's pool. Returns whether it was, also if it had expired."""
    # Unlike AWS: pools without a domain share this server's host, and so a browser has one session with all of them.
    # GET /logout leaves another pool's session alone.
    if cookie is None:
        return False
    session = context.unit.browser_sessions.get(browser_sessions.digest(cookie))
    if session is None:
        return True
    if session.pool_id != client.app.pool.id:
        return False
    browser_sessions.end(context, session)
    return True


def _required(given: Mapping[str, str], name: str) -> str:
    value = given.get(name)
    if value is None:
        raise InvalidRequest(f"Required String parameter '{name}' is not present")
    return value
