"""The login pages: routes, cookies and headers. What a page does is in `emulator.login`."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, abort, request

from emulator.context import Context
from emulator.dispatch import Dispatcher
from emulator.faults import Fault, InternalErrorException, NotBuilt
from emulator.login import carried, pages
from emulator.login.outcomes import GoTo, Outcome, Page, Unavailable
from emulator.login.visit import Browser
from emulator.oauth.errors import OAuthError
from emulator.web import csrf, html, oauth, request_origin
from emulator.web.api_request import LARGEST_FORM
from keys import entropy

CSRF, PAGE_DATA = "XSRF-TOKEN", "page-data"
_YEAR = 365 * 24 * 3600
_LONGEST_FIELD = 65_536
_ALIASES = {"/confirmforgotPassword": "/confirmForgotPassword"}
"""Another spelling of AWS's guide → the path."""


def blueprint(dispatcher: Dispatcher) -> Blueprint:
    """The routes of all pages, and the files that pages load."""
    routes = Blueprint(
        "login", __name__, static_folder="static", static_url_path="/login/static", template_folder="templates"
    )

    @routes.after_request
    def harden(response: Response) -> Response:
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["x-amz-cognito-request-id"] = entropy.uuid(dispatcher.world.entropy)
        return response

    for path in [*pages.PAGES, *_ALIASES]:
        routes.add_url_rule(path, path.strip("/").replace("/", "_"), _view(dispatcher, path), methods=["GET", "POST"])
    return routes


def _view(dispatcher: Dispatcher, spelled: str) -> Callable[[], Response]:
    path = _ALIASES.get(spelled, spelled)

    def view() -> Response:
        """Show a page, or take its form."""
        browser = Browser(
            oauth.query(), oauth.session_cookie(), request.cookies.get(PAGE_DATA), request.cookies.get(html.LANGUAGE)
        )
        try:
            return _taken(dispatcher, path, browser) if request.method == "POST" else _shown(dispatcher, path, browser)
        except Unavailable as fault:
            return oauth.error_page(str(fault), status=fault.status)
        except Fault as fault:
            return oauth.error_response(fault)

    return view


def _shown(dispatcher: Dispatcher, path: str, browser: Browser) -> Response:
    """The answer to a GET."""

    def show(context: Context) -> Outcome:
        return pages.show(context, path, browser)

    return _answer(dispatcher, dispatcher.serve(f"GET {path}", True, request_origin.read(request), show))


def _taken(dispatcher: Dispatcher, path: str, browser: Browser) -> Response:
    """The answer to a POST. A refused form is answered in a transaction of its own, after the rollback."""
    form = _form()
    if not csrf.is_right(CSRF, form):
        return oauth.error_page(html.text("error.csrf"), status=403)

    def submit(context: Context) -> Outcome:
        return pages.submit(context, path, browser, form)

    try:
        return _answer(dispatcher, dispatcher.serve(f"POST {path}", True, request_origin.read(request), submit))
    except (OAuthError, NotBuilt, Unavailable, InternalErrorException):
        raise
    except Fault as fault:
        refusal = fault

    def tell(context: Context) -> Outcome:
        return pages.refused(context, path, browser, form, refusal)

    return _answer(dispatcher, dispatcher.work(True, request_origin.read(request), tell))


def _answer(dispatcher: Dispatcher, outcome: Outcome) -> Response:
    """The answer that an outcome becomes: a page, or a redirect (Post/Redirect/Get)."""
    if isinstance(outcome, Page):
        return _page(dispatcher, outcome)
    if isinstance(outcome, GoTo):
        response = oauth.redirect(f"{outcome.path}?{outcome.query}")
        _set_page_data(response, outcome.page_data)
        return response
    response = oauth.redirect(outcome.redirect.location)
    if outcome.redirect.cookie:
        oauth.set_session(response, outcome.redirect.cookie)
    _set_page_data(response, outcome.page_data)
    return response


def _page(dispatcher: Dispatcher, page: Page) -> Response:
    """The page, with a CSRF token in its form and in a cookie. The browser's token stays, for its other tabs."""
    token = csrf.token(CSRF, dispatcher.world.entropy)
    action = f"{page.path}?{page.query}"
    response = html.page(page.name, language=page.language, page=page, look=page.look, csrf=token, action=action)
    _set(response, CSRF, token, None)
    if page.look and page.look.is_managed and "lang" in request.args:
        _set(response, html.LANGUAGE, page.language, _YEAR)
    return response


def _form() -> dict[str, str]:
    """The fields of the form. Of a field that is given twice, the first counts."""
    if request.mimetype != "application/x-www-form-urlencoded":
        abort(415)
    if (request.content_length or 0) > LARGEST_FORM:
        abort(413)
    form = request.form.to_dict()
    if any("\0" in each or len(each) > _LONGEST_FIELD for pair in form.items() for each in pair):
        abort(400)
    return form


def _set_page_data(response: Response, value: str | None) -> None:
    """Have the browser keep what the next page needs, or forget what pages needed so far."""
    _set(response, PAGE_DATA, value or "", carried.SECONDS if value else 0)


def _set(response: Response, name: str, value: str, seconds: int | None) -> None:
    """Set a cookie of the pages; 0 seconds delete it, None keeps it while the browser runs."""
    response.set_cookie(name, value, max_age=seconds, path="/", secure=request.is_secure, httponly=True, samesite="Lax")
