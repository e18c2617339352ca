"""The page of events: one for each call, with the reason of a refusal, which callers must not learn."""

from __future__ import annotations

from flask import Response, request

from emulator.outside.events import KEPT
from emulator.web.console.frame import Console

_SHOWN = 200


def add(console: Console) -> None:
    """Add the route."""

    @console.routes.get("/console/events")
    def events() -> Response:
        """The newest events, or the newest that have the text `q`. A script shows further ones as they happen."""
        wanted = request.args.get("q", "").strip()
        text = wanted.casefold()
        every = console.dispatcher.world.events.last(KEPT if text else _SHOWN)
        rows = [event.shown() for event in reversed(every)]
        found = [row for row in rows if text in " ".join(str(value) for value in row.values() if value).casefold()]
        return console.page("events", events=found[:_SHOWN], q=wanted, most=_SHOWN)
