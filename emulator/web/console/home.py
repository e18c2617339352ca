"""The first page of the console."""

from __future__ import annotations

from flask import Response, jsonify

from emulator.version import version
from emulator.web.console.frame import Console, wants_page


def add(console: Console) -> None:
    """Add the route."""

    @console.routes.get("/")
    def home() -> Response:
        """The first page; for a program, the server's status with links."""
        if not wants_page():
            return _links()
        return console.page("home", pools=console.call("ListUserPools", MaxResults=60).get("UserPools", []))


def _links() -> Response:
    response = jsonify(
        status="ok",
        version=version(),
        operations="/_emulator/operations",
        messages="/_emulator/messages",
        events="/_emulator/events",
        clock="/_emulator/clock",
    )
    response.headers["Vary"] = "Accept"
    return response
