"""The inbox: the messages that were sent, with their codes and links."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, request

from emulator.web.console import control
from emulator.web.console.frame import Alert, Console, place

_SHOWN = 100
_FILTERS = ("pool", "user", "to")


def add(console: Console) -> None:
    """Add the routes."""

    def show(alert: Alert | None = None) -> Response:
        wanted = {name: request.args.get(name, "").strip() for name in _FILTERS}
        asked = {name: value or None for name, value in wanted.items()}
        found = control.ask("GET", "messages", limit=str(_SHOWN), **asked)["messages"]
        messages = [_shown(message) for message in reversed(found)]
        return console.page("inbox", alert=alert, messages=messages, wanted=wanted, most=_SHOWN)

    @console.routes.get("/console/inbox")
    def inbox() -> Response:
        """The newest messages, those of a pool, a user or an address if the query names one."""
        return show()

    @console.routes.post("/console/inbox")
    def forget_inbox() -> Response:
        """Forget all messages."""

        def act(_form: Mapping[str, str]) -> str:
            control.ask("DELETE", "messages")
            return place("inbox", done="forgotten")

        return console.take(act, show)


def _shown(message: dict[str, Any]) -> dict[str, Any]:
    """A message. Its link is one only if a browser may follow it: functions write messages too."""
    link = message["link"] or ""
    return message | {"is_safe": link.startswith(("http://", "https://"))}
