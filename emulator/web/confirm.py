"""GET /confirmUser: where the link of a verification e-mail leads."""

from __future__ import annotations

from flask import Blueprint, Response, render_template_string, request

from emulator.context import Context
from emulator.dispatch import Dispatcher
from emulator.domain import link_confirmation
from emulator.faults import Fault
from emulator.web import origins

_PARAMETERS = ("client_id", "user_name", "confirmation_code")
_PAGE = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>{{ title }}</title></head>
<body><main><h1>{{ title }}</h1><p>{{ words }}</p></main></body>
</html>
"""
_CONFIRMED = "Your registration has been confirmed!"


def blueprint(dispatcher: Dispatcher) -> Blueprint:
    """The route that a link leads to. AWS unknown: the words and statuses of its pages."""
    pages = Blueprint("confirm", __name__)

    @pages.get("/confirmUser", strict_slashes=False)
    def confirm_user() -> Response:
        """Confirm an account. A HEAD, by which programs look at links, spends nothing."""
        if request.method == "HEAD":
            return _page(200, "Confirmation", "")
        given = {name: request.args.get(name, "") for name in _PARAMETERS}
        missing = [name for name, text in given.items() if not text]
        if missing:
            return _page(400, "Confirmation failed", f"Missing required parameter {', '.join(missing)}")

        def confirm(context: Context) -> None:
            link_confirmation.confirm(context, given["client_id"], given["user_name"], given["confirmation_code"])

        try:
            dispatcher.work(True, origins.read(request), confirm)
        except Fault as fault:
            return _page(fault.status, "Confirmation failed", fault.message or fault.code)
        return _page(200, _CONFIRMED, "You can close this page and sign in.")

    return pages


def _page(status: int, title: str, words: str) -> Response:
    """A page, everything on it escaped; links in it are nobody's business but the user's."""
    text = render_template_string(_PAGE, title=title, words=words)
    response = Response(text, status, content_type="text/html; charset=utf-8")
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Security-Policy"] = "default-src 'none'"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
