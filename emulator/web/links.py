"""Where the links of e-mails lead: a click does one thing, and a page says how that went."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import Response, render_template_string, request

from emulator.context import Context
from emulator.dispatch import Dispatcher
from emulator.faults import Fault
from emulator.web import origins

_PAGE = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>{{ title }}</title></head>
<body><main><h1>{{ title }}</h1><p>{{ words }}</p></main></body>
</html>
"""


def follow(
    dispatcher: Dispatcher,
    what: str,
    parameters: Sequence[str],
    act: Callable[..., None],
    done: tuple[str, str],
    operation_name: str = "",
) -> Response:
    """Let `act` work with the context and the link's parameters, and say `done`, or how `what` failed.

    A HEAD, by which programs look at links, does nothing. AWS unknown: the words and statuses of the pages that
    links of e-mails lead to.
    """
    if request.method == "HEAD":
        return _page(200, what, "")
    given = {name: request.args.get(name, "") for name in parameters}
    missing = [name for name, text in given.items() if not text]
    if missing:
        return _page(400, f"{what} failed", f"Missing required parameter {', '.join(missing)}")

    def work(context: Context) -> None:
        act(context, *given.values())

    try:
        dispatcher.work(True, origins.read(request), work, operation_name)
    except Fault as fault:
        return _page(fault.status, f"{what} failed", fault.message or fault.code)
    return _page(200, *done)


def _page(status: int, title: str, words: str) -> Response:
    """A page, everything on it escaped; links in it are nobody's business but the user's."""
    text = render_template_string(_PAGE, title=title, words=words)
    response = Response(text, status, content_type="text/html; charset=utf-8")
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
