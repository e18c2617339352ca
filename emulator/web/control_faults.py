"""The control endpoints for faults that are injected into the next calls."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, request

from emulator import injected_faults
from emulator.context import Context
from emulator.dispatch import Dispatcher
from emulator.durations import seconds
from emulator.injected_faults import MOST_SECONDS, Place
from emulator.web import fault_places, request_origin
from emulator.web.control_requests import Refused, body, known, members, needed, text, times_of, word

_MEMBERS = ("operation", "service", "times", "exception", "delay", "drop")


def blueprint(dispatcher: Dispatcher) -> Blueprint:
    """The endpoints."""
    control = Blueprint("control_faults", __name__, url_prefix="/_emulator")

    @control.get("/faults")
    def waiting_faults() -> Response:
        """The faults that are left."""
        known()
        return jsonify(faults=dispatcher.work(False, request_origin.read(request), injected_faults.waiting))

    @control.post("/faults")
    def inject_faults() -> Response:
        """Have the next calls of an operation or an endpoint fail, be slow, or get no answer."""
        known()
        asked = members(body(), _MEMBERS)
        place = fault_places.find(needed(asked, "operation"), text(asked, "service"))
        times = times_of(asked)
        exception, delay, drop = _exception(place, asked), _delay(asked), _drop(asked)
        if not (exception or delay or drop):
            raise Refused("exception, delay and drop are missing: the fault would have no effect")
        if exception and drop:
            raise Refused("drop: there is no answer, and so no exception")

        def inject(context: Context) -> None:
            injected_faults.inject(context, place, times, exception, delay, drop)

        dispatcher.work(True, request_origin.read(request), inject)
        return jsonify({})

    @control.delete("/faults")
    def withdraw_faults() -> Response:
        """Take faults back: all, or those of an operation or an endpoint."""
        known("operation", "service")
        operation, service = word("operation"), word("service")
        if service is not None and operation is None:
            raise Refused("operation is missing")
        place = None if operation is None else fault_places.find(operation, service)

        def withdraw(context: Context) -> None:
            injected_faults.withdraw(context, place)

        dispatcher.work(True, request_origin.read(request), withdraw)
        return jsonify({})

    return control


def _exception(place: Place, asked: dict[str, Any]) -> str | None:
    given = text(asked, "exception")
    return None if given is None else fault_places.checked_exception(place, given)


def _delay(asked: dict[str, Any]) -> float | None:
    given = asked.get("delay")
    if given is None:
        return None
    try:
        delay = seconds(given)
    except ValueError as problem:
        raise Refused(f"delay: {problem}") from None
    if not 0 < delay <= MOST_SECONDS:
        raise Refused(f"delay: {given!r} is not more than nothing and at most {MOST_SECONDS:g} seconds")
    return delay


def _drop(asked: dict[str, Any]) -> bool:
    given = asked.get("drop", False)
    if not isinstance(given, bool):
        raise Refused(f"drop: {given!r} is neither true nor false")
    return given
