"""How control endpoints read their requests, and refuse them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask, Response, jsonify, request

from emulator.faults import Fault
from emulator.wire import decode

_MOST_TIMES = 1_000_000


class Refused(Exception):
    """A request is refused. str() is the text for the caller."""

    def __init__(self, words: str, status: int = 400) -> None:
        super().__init__(words)
        self.status = status


def install(app: Flask) -> None:
    """Answer what is `Refused` with its status and `{"error"}`."""

    @app.errorhandler(Refused)
    def refuse(error: Refused) -> tuple[Response, int]:
        return jsonify(error=str(error)), error.status


def known(*names: str) -> None:
    """Raise for unknown and repeated query parameters: a misspelt filter would return too much."""
    unknown = sorted(set(request.args) - set(names))
    if unknown:
        told = f"known are {', '.join(names)}" if names else "this call takes none"
        raise Refused(f"unknown parameter {', '.join(unknown)}; {told}")
    repeated = [name for name, values in request.args.lists() if len(values) > 1]
    if repeated:
        raise Refused(f"{', '.join(repeated)}: given more than once")


def flag(name: str) -> bool:
    """A query parameter that is true or false; false if it is missing. Raises `Refused` for other texts."""
    given = request.args.get(name, "false")
    if given not in {"true", "false"}:
        raise Refused(f"{name}: {given!r} is neither true nor false")
    return given == "true"


def body() -> dict[str, Any]:
    """The body, a JSON object. Raises `Refused` for any other."""
    try:
        found = decode.parse(request.get_data())
    except decode.Unreadable:
        found = None
    if not isinstance(found, dict):
        raise Refused("the body is not a JSON object")
    return found


def text(members: dict[str, Any], name: str) -> str | None:
    """A member of a body that is a string; None if it is missing or null. Raises `Refused` for other types."""
    value = members.get(name)
    if value is not None and not isinstance(value, str):
        raise Refused(f"{name}: {value!r} is not a string")
    return value


def needed(members: dict[str, Any], name: str) -> str:
    """A member of a body that must be there, a string that is not empty. Raises `Refused`."""
    value = text(members, name)
    if not value:
        raise Refused(f"{name} is missing")
    return value


def members(given: dict[str, Any], names: Collection[str]) -> dict[str, Any]:
    """A body with no members but these. Raises `Refused` for others: a misspelt one would be ignored."""
    unknown = sorted(given.keys() - set(names))
    if unknown:
        raise Refused(f"unknown member {', '.join(unknown)}; known are {', '.join(names)}")
    return given


def times_of(members: dict[str, Any]) -> int:
    """The member `times`: for how many calls something is ordered; 1 if it is missing. Raises `Refused`."""
    value = members.get("times", 1)
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= _MOST_TIMES:
        raise Refused(f"times: {value!r} is not a whole number from 1 to {_MOST_TIMES}")
    return value


def word(name: str) -> str | None:
    """A query parameter; None without it. Raises `Refused` for an empty one: a filter by nothing is a mistake."""
    value = request.args.get(name)
    if value == "":
        raise Refused(f"{name} is empty")
    return value


@contextmanager
def told() -> Iterator[None]:
    """Tell the faults of the rules in words."""
    try:
        yield
    except Fault as fault:
        words = fault.reason or fault.message or fault.code
        raise Refused(words, fault.status) from None
