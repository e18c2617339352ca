"""Links in e-mails: following one performs one action, and a page tells the result."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import Response, request

from emulator import refusals
from emulator.context import Context
from emulator.dispatch import Dispatcher
from emulator.faults import Fault
from emulator.web import html, request_origin

_FIRST_ERROR = 400


def follow(
    dispatcher: Dispatcher,
    what: str,
    parameters: Sequence[str],
    act: Callable[..., None],
    done: tuple[str, str],
    operation_name: str = "",
) -> Response:
    """Call `act` in a transaction, and return a page: `done`, its title and text, or that `what` failed.

    `act` gets a context and the values of the link's `parameters`, all of which must be there. A Fault that it raises
    is shown on the page. `operation_name` is for the table of triggers. A HEAD request, by which mail programs inspect
    links, does nothing.
    """
    # AWS unknown: the texts and status codes of the pages of GET /confirmUser and of the one-click links of
    # notifications.
    if request.method == "HEAD":
        return _page(200, what, "")
    given = {name: request.args.get(name, "") for name in parameters}
    missing = [name for name, text in given.items() if not text]
    if missing:
        return _page(400, f"{what} failed", str(refusals.missing_parameter(", ".join(missing))))

    def work(context: Context) -> None:
        act(context, *given.values())

    try:
        dispatcher.work(True, request_origin.read(request), work, operation_name)
    except Fault as fault:
        return _page(fault.status, f"{what} failed", fault.message or fault.code)
    return _page(200, *done)


def _page(status: int, title: str, text: str) -> Response:
    """A page with its texts escaped. It may not be cached or framed, and sends no Referer, since its URL has a code."""
    return html.page("message", status, title=title, text=text, is_error=status >= _FIRST_ERROR)
