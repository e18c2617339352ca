"""GET /confirmUser: the page of the link in a verification e-mail."""

from __future__ import annotations

from flask import Blueprint, Response

from emulator.dispatch import Dispatcher
from emulator.domain.registration import link_confirmation
from emulator.domain.triggers.trigger_table import CONFIRM_USER_PAGE
from emulator.web import html, links

_PARAMETERS = ("client_id", "user_name", "confirmation_code")


def blueprint(dispatcher: Dispatcher) -> Blueprint:
    """The route of the link in verification e-mails."""
    pages = Blueprint("confirm", __name__)

    @pages.get("/confirmUser", strict_slashes=False)
    def confirm_user() -> Response:
        """Confirm an account with the code in the link."""
        done = (html.text("confirmed.title"), html.text("confirmed.text"))
        return links.follow(dispatcher, "Confirmation", _PARAMETERS, link_confirmation.confirm, done, CONFIRM_USER_PAGE)

    return pages
