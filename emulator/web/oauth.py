"""The OAuth endpoints: `/oauth2/…`, `/logout` and `/error`."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, jsonify, request
from werkzeug.exceptions import MethodNotAllowed

from emulator.context import Context
from emulator.dispatch import Dispatcher
from emulator.domain.tokens.browser_sessions import COOKIE
from emulator.domain.triggers import trigger_table
from emulator.faults import Fault, InternalErrorException, NotBuilt
from emulator.login import federated, pending_sign_ins, single_logout
from emulator.login.federated import Sent
from emulator.oauth import authorize, registration, revocation, token, userinfo
from emulator.oauth.authorize import ToLogin, ToProvider
from emulator.oauth.errors import InvalidRequest, OAuthError, ServerError
from emulator.oauth.logout import SignedOut
from emulator.oauth.responses import Cookie, Redirect
from emulator.web import html, request_origin
from emulator.web.api_request import LARGEST_FORM
from keys import entropy

_FORM = "application/x-www-form-urlencoded"
_LARGEST_METADATA = 64 * 1024
_REGISTER = "POST /oauth2/register"
_REVOKE = "POST /oauth2/revoke"
_KEPT_BY_NOBODY = {"Cache-Control": "no-cache, no-store, max-age=0, must-revalidate", "Pragma": "no-cache"}
_WRONG = "An error was encountered with the requested page."


def blueprint(dispatcher: Dispatcher) -> Blueprint:
    """The routes."""
    routes = endpoints("oauth", dispatcher)
    _add_authorize(routes, dispatcher)
    _add_token(routes, dispatcher)
    _add_bearer_endpoints(routes, dispatcher)
    _add_logout(routes, dispatcher)
    return routes


def endpoints(name: str, dispatcher: Dispatcher) -> Blueprint:
    """A blueprint for OAuth endpoints, without routes."""
    endpoints = Blueprint(name, __name__)

    @endpoints.before_request
    def refuse_head() -> None:
        """Programs that preview links send HEAD, which Flask takes for a GET. It must not sign anybody out."""
        if request.method == "HEAD":
            raise MethodNotAllowed(["GET", "OPTIONS"])

    @endpoints.after_request
    def identify(response: Response) -> Response:
        response.headers["x-amz-cognito-request-id"] = entropy.uuid(dispatcher.world.entropy)
        return response

    return endpoints


def query() -> bytes:
    """The query of the request, as it came in."""
    return str(request.environ["QUERY_STRING"]).encode("latin-1")


def session_cookie() -> str | None:
    """The cookie of the browser's session."""
    return request.cookies.get(COOKIE)


def browser_cookie() -> str | None:
    """The cookie by which a browser is known that is sent to an identity provider."""
    return request.cookies.get(pending_sign_ins.COOKIE)


def form() -> bytes:
    """The body of a form, for each run of a call. Raises InvalidRequest for another type, and if it is too large."""
    if request.mimetype != _FORM:
        raise InvalidRequest(None, "the body is no form")
    if (request.content_length or 0) > LARGEST_FORM:
        raise InvalidRequest(None, "the form is too large")
    return request.get_data(parse_form_data=False)


def set_session(response: Response, cookie: Cookie) -> None:
    """Give the browser the cookie of its session."""
    response.set_cookie(
        COOKIE, cookie.value, max_age=cookie.seconds, path="/", secure=request.is_secure, httponly=True, samesite="Lax"
    )


def redirect(location: str) -> Response:
    """302 to a URL that has been checked. Not `flask.redirect`, which changes the URL, and shows it in a page."""
    response = Response(status=HTTPStatus.FOUND, headers=dict(html.HEADERS))
    response.headers["Location"] = location
    response.autocorrect_location_header = False
    return response


def error_response(fault: Fault) -> Response:
    """What a browser gets for a refusal: a redirect, to a callback or the error page, or the error page itself."""
    if isinstance(fault, OAuthError) and fault.location is not None:
        return redirect(fault.location)
    if isinstance(fault, NotBuilt):
        return error_page(str(fault), status=501)
    if isinstance(fault, InternalErrorException):
        return error_page(_WRONG, "server_error", status=500)
    status = fault.status if isinstance(fault, OAuthError) else 400
    return error_page(fault.message or _WRONG, None if fault.message else fault.code, status)


def error_page(text: str, code: str | None = None, status: int = 400) -> Response:
    """A plain page about an error. Its texts are escaped."""
    return html.page("message", status, title=html.text("error.title"), text=text, code=code, is_error=True)


def _add_authorize(endpoints: Blueprint, dispatcher: Dispatcher) -> None:
    @endpoints.get("/oauth2/authorize")
    def authorize_endpoint() -> Response:
        """Answer an authorization request by the browser's session, or send the user to sign in."""

        def work(context: Context) -> Redirect | ToLogin | Sent:
            decision = authorize.answer(context, query(), session_cookie())
            if isinstance(decision, ToProvider):
                return federated.begin(context, decision.request, decision.name, browser_cookie())
            return decision

        try:
            decision = dispatcher.serve(trigger_table.AUTHORIZE, True, request_origin.read(request), work)
        except Fault as fault:
            return error_response(fault)
        if isinstance(decision, Sent):
            return _sent(decision)
        return redirect(f"/login?{decision.query}" if isinstance(decision, ToLogin) else decision.location)

    @endpoints.get("/error")
    def error() -> Response:
        """Tell of an error that no callback may learn."""
        code = request.args.get("error", "")
        return error_page(request.args.get("error_description") or _WRONG, code)


def _add_token(endpoints: Blueprint, dispatcher: Dispatcher) -> None:
    @endpoints.post("/oauth2/token")
    def token_endpoint() -> Response:
        """Exchange a grant for tokens."""

        def work(context: Context) -> dict[str, Any]:
            return token.exchange(context, request.headers.get("Authorization"), form())

        return _json(dispatcher, trigger_table.TOKEN, True, work, token.body)

    @endpoints.post("/oauth2/revoke")
    def revoke_endpoint() -> Response:
        """Revoke a refresh token."""

        def work(context: Context) -> None:
            revocation.revoke(context, request.headers.get("Authorization"), form())

        response = _json(dispatcher, _REVOKE, True, work, lambda _: None)
        if response.status_code == HTTPStatus.BAD_REQUEST and (response.json or {}).get("error") == "invalid_client":
            response.status_code = HTTPStatus.UNAUTHORIZED
        return response


def _add_bearer_endpoints(endpoints: Blueprint, dispatcher: Dispatcher) -> None:
    @endpoints.route("/oauth2/userInfo", methods=["GET", "POST"])
    def userinfo_endpoint() -> Response:
        """The user's attributes."""
        # AWS unknown: whether POST /oauth2/userInfo takes the access token in a form. Here it takes the header alone.

        def work(context: Context) -> dict[str, str]:
            return userinfo.read(context, request.headers.get("Authorization"))

        response = _json(dispatcher, "GET /oauth2/userInfo", False, work, lambda found: found)
        if response.status_code in {HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED}:
            told = response.json or {}
            response.headers["WWW-Authenticate"] = ", ".join(f'{name}="{value}"' for name, value in told.items())
        return response

    @endpoints.post("/oauth2/register")
    def register_endpoint() -> Response:
        """Register a client (RFC 7591)."""
        # AWS unknown: what POST /oauth2/register answers in a pool without dynamic client registration; here 404.

        def work(context: Context) -> dict[str, Any]:
            text = request.get_data() if (request.content_length or 0) <= _LARGEST_METADATA else b""
            return registration.register(context, request.headers.get("Authorization"), query(), text)

        return _json(dispatcher, _REGISTER, True, work, lambda made: made, HTTPStatus.CREATED)


def _add_logout(endpoints: Blueprint, dispatcher: Dispatcher) -> None:
    @endpoints.get("/logout")
    def logout_endpoint() -> Response:
        """End the browser's session, here and, for a SAML provider with IDPSignout, there."""

        def work(context: Context) -> SignedOut:
            return single_logout.sign_out(context, query(), session_cookie())

        try:
            decided = dispatcher.serve("GET /logout", True, request_origin.read(request), work)
        except Fault as fault:
            return error_response(fault)
        response = redirect(decided.location)
        if decided.ends_session:
            response.delete_cookie(COOKIE, path="/", secure=request.is_secure, httponly=True, samesite="Lax")
        return response


def _sent(away: Sent) -> Response:
    """Send the browser to a provider."""
    response = redirect(away.location)
    # Unlike AWS: the cookie `csrf-state` of GET /oauth2/authorize is SameSite=Lax, and without Secure on plain http,
    # where browsers drop a cookie with SameSite=None. There is no `csrf-state-legacy`.
    response.set_cookie(
        pending_sign_ins.COOKIE, away.cookie, path="/", secure=request.is_secure, httponly=True, samesite="Lax"
    )
    return response


def _json(
    dispatcher: Dispatcher,
    asked: str,
    writes: bool,
    work: Callable[[Context], Any],
    shown: Callable[[Any], Any],
    status: HTTPStatus = HTTPStatus.OK,
) -> Response:
    """The JSON answer of an endpoint that clients ask: what `shown` makes of its result, or an error."""
    try:
        configures = asked == _REGISTER
        body = shown(dispatcher.serve(asked, writes, request_origin.read(request), work, configures))
    except NotBuilt as fault:
        return _answer({"error": str(fault)}, HTTPStatus.NOT_IMPLEMENTED)
    except Fault as fault:
        error = fault if isinstance(fault, OAuthError) else ServerError(fault.message)
        return _answer(error.body, fault.status)
    return _answer(body, status)


def _answer(body: Any, status: int) -> Response:
    response = Response(status=status) if body is None else jsonify(body)
    response.status_code = status
    response.content_type = "application/json;charset=UTF-8"
    response.headers.update(_KEPT_BY_NOBODY)
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
