"""The page of the server's clock."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response

from emulator.web.console import control
from emulator.web.console.frame import Alert, Console, UnknownAction, place


def add(console: Console) -> None:
    """Add the routes."""

    def show(alert: Alert | None = None) -> Response:
        return console.page("clock", alert=alert, **control.ask("GET", "clock"))

    @console.routes.get("/console/clock")
    def clock() -> Response:
        """The server's time, and forms that move it."""
        return show()

    @console.routes.post("/console/clock")
    def move_clock() -> Response:
        """Advance, set or reset the clock."""
        return console.take(_move, show)


def _move(form: Mapping[str, str]) -> str:
    action = form.get("action", "")
    if action == "reset":
        control.ask("POST", "clock", {"reset": True})
    elif action in ("advance", "now"):
        control.ask("POST", "clock", {action: form.get(action, "").strip()})
    else:
        raise UnknownAction
    return place("clock", done="moved")
