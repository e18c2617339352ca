"""The control endpoints under /_emulator/, for developers and tests: messages, clock, events."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, jsonify, request
from msgspec.structs import asdict

from emulator import coverage
from emulator.context import Context
from emulator.dispatch import Dispatcher
from emulator.domain.pools import histories
from emulator.domain.recovery import states
from emulator.durations import iso, moment, seconds
from emulator.jobs.rotation import Busy
from emulator.outside.secrets_manager import SecretsManagerFailed
from emulator.web import event_stream, request_origin
from emulator.web.control_requests import Refused as _Refused
from emulator.web.control_requests import body as _body
from emulator.web.control_requests import known as _known

_END_OF_TIME = 221_845_392_000
"""9000-01-01T00:00:00Z. What is issued then expires before the year 10000, which `datetime` does not have."""


def blueprint(dispatcher: Dispatcher) -> Blueprint:
    """The control endpoints."""
    control = Blueprint("control", __name__, url_prefix="/_emulator")
    world = dispatcher.world

    @control.get("/messages")
    def messages() -> Response:
        """The messages that were sent, newest last."""
        _known("pool", "user", "to", "limit")
        args = request.args
        found = world.mailbox.messages(pool=args.get("pool"), user=args.get("user"), to=args.get("to"), limit=_limit())
        return jsonify(messages=[_shown(message) for message in found])

    @control.delete("/messages")
    def forget_messages() -> Response:
        """Delete all messages."""
        _known()
        world.mailbox.forget()
        return jsonify({})

    @control.get("/clock")
    def clock() -> Response:
        """The server's time."""
        _known()
        return _clock(dispatcher)

    @control.post("/clock")
    def move_clock() -> Response:
        """Advance, set or reset the server's clock. Published client secrets that are due then are rotated at once."""
        _known()
        _move(dispatcher, _body())
        shown = _clock(dispatcher)  # brings this process up to date where others share the clock
        dispatcher.rotator.rotate()
        return shown

    @control.get("/events")
    def events() -> Response:
        """One event for each call, newest last; as they happen, to those who accept `text/event-stream`."""
        _known("limit")
        if event_stream.is_wanted():
            return event_stream.answer(world.events, _limit() or 0)
        return jsonify(events=[event.shown() for event in world.events.last(_limit())])

    @control.get("/operations")
    def operations() -> Response:
        """Every operation of the service models, and whether it is built."""
        _known()
        return jsonify(operations=coverage.rows())

    _add_rotation(control, dispatcher)
    return control


_ON_THE_WAY = ("sender", "reply_to", "custom")
"""Members of a message that are for the SMTP server alone."""


def _shown(record: Any) -> dict[str, Any]:
    shown = asdict(record) | {"time": iso(record.time)}
    return {name: value for name, value in shown.items() if name not in _ON_THE_WAY}


def _limit() -> int | None:
    text = request.args.get("limit")
    if text is None:
        return None
    if not (text.isascii() and text.isdecimal()):
        raise _Refused(f"limit: {text!r} is not a number")
    return int(text[:9])


def _add_rotation(control: Blueprint, dispatcher: Dispatcher) -> None:
    @control.post("/rotate-secret")
    def rotate_secret() -> Response:
        """Rotate the published secret of an app client at once, as RotateSecret of AWS Secrets Manager does."""
        _known("client")
        client, lacks = request.args.get("client", ""), dispatcher.world.secrets_manager.lacks
        if lacks:
            raise _Refused(f"rotating a secret needs {lacks}", 501)
        try:
            arn = dispatcher.rotator.rotate_now(client)
        except Busy:
            raise _Refused(f"client: the secret of {client} is being published, rotated or withdrawn", 409) from None
        except SecretsManagerFailed as failed:
            raise _Refused(f"the secret is not rotated for now: {failed}", 502) from None
        if arn is None:
            raise _Refused(f"client: there is no app client {client} whose secret is published", 404)
        return jsonify(arn=arn)


def _clock(dispatcher: Dispatcher) -> Response:
    def show(context: Context) -> Response:
        return jsonify(now=iso(context.now), offset_seconds=round(context.world.clock.offset, 3))

    shown: Response = dispatcher.work(False, request_origin.read(request), show)
    return shown


def _move(dispatcher: Dispatcher, body: dict[str, Any]) -> None:
    clock = dispatcher.world.clock
    moves: dict[str, Callable[[Any], float]] = {
        "advance": lambda given: clock.offset + _within_reason(seconds(given), clock.now()),
        "now": lambda given: _within_reason(moment(given)) - clock.real(),
        "reset": lambda given: 0.0 if given is True else _unmoved(given),
    }
    if len(body) != 1 or not body.keys() <= moves.keys():
        raise _Refused('the body is one of {"advance": "2h30m"}, {"now": "2030-01-01T00:00:00Z"}, {"reset": true}')
    [(name, given)] = body.items()

    def move(context: Context) -> None:
        clock.lock(context.unit)
        if clock.at(moves[name](given)) < clock.now():
            clock.exclude_writers(context.unit)
        states.expire(context)  # On SQLite, this takes the write lock: no change is made while the clock is moved.
        clock.lock(context.unit)
        before, offset = clock.now(), moves[name](given)
        now = clock.at(offset)
        context.held.stack.enter_context(clock.moved(offset, context.unit))
        if now < before:
            histories.note_clock(context, min(now, moment(given)) if name == "now" else now)

    try:
        dispatcher.work(True, request_origin.read(request), move)
    except (ValueError, OverflowError) as error:
        raise _Refused(f"{name}: {error}") from None


def _within_reason(move: float, since: float = 0) -> float:
    """A move of the clock. Raises ValueError if it leads to a time that tokens and dates cannot hold."""
    if not 0 <= since + move < _END_OF_TIME:
        raise ValueError("the clock goes from 1970 to 9000")
    return move


def _unmoved(given: Any) -> float:
    raise ValueError(f"{given!r} is not true")
