"""GET /confirmUser: where the link of a verification e-mail leads."""

from __future__ import annotations

from flask import Blueprint, Response, request

from emulator.context import Context
from emulator.dispatch import Dispatcher
from emulator.domain import link_confirmation
from emulator.faults import Fault
from emulator.web import links, origins

_PARAMETERS = ("client_id", "user_name", "confirmation_code")
_CONFIRMED = "Your registration has been confirmed!"


def blueprint(dispatcher: Dispatcher) -> Blueprint:
    """The route that a link leads to. AWS unknown: the words and statuses of its pages."""
    pages = Blueprint("confirm", __name__)

    @pages.get("/confirmUser", strict_slashes=False)
    def confirm_user() -> Response:
        """Confirm an account. A HEAD, by which programs look at links, spends nothing."""
        if request.method == "HEAD":
            return links.page(200, "Confirmation", "")
        given = {name: request.args.get(name, "") for name in _PARAMETERS}
        missing = links.missing(given)
        if missing:
            return links.page(400, "Confirmation failed", missing)

        def confirm(context: Context) -> None:
            link_confirmation.confirm(context, given["client_id"], given["user_name"], given["confirmation_code"])

        try:
            dispatcher.work(True, origins.read(request), confirm)
        except Fault as fault:
            return links.page(fault.status, "Confirmation failed", fault.message or fault.code)
        return links.page(200, _CONFIRMED, "You can close this page and sign in.")

    return pages
