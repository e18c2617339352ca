"""The events of calls as they happen: server-sent events, as browsers' `EventSource` reads them."""

from __future__ import annotations

from flask import Response, request

from emulator.outside.event_feed import MOST_WATCHERS, TooManyWatchers
from emulator.outside.events import Events
from emulator.web.control_requests import Refused

_TYPES = ["application/json", "text/event-stream"]
"""What there is, in the order in which those are answered who take either."""


def is_wanted() -> bool:
    """Whether the request asks for a stream."""
    return request.accept_mimetypes.best_match(_TYPES) == _TYPES[1]


def answer(events: Events, limit: int) -> Response:
    """The stream: from `Last-Event-ID` on, by which browsers go on, or with the newest `limit` events first."""
    try:
        watcher = events.watch(request.headers.get("Last-Event-ID"), limit)
    except TooManyWatchers:
        raise Refused(f"{MOST_WATCHERS} watch the events of this process already", 503) from None
    # The server looks for this very object: nothing may be put around it.
    return Response(watcher, headers={"X-Accel-Buffering": "no"}, mimetype=_TYPES[1], direct_passthrough=True)
