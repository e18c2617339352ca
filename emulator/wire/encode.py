"""An operation's answer becomes JSON, after it was held against the model.

Names and types are checked always, lengths, patterns and enums never: handlers produce valid values, and
checking them costs each answer. Writers are compiled once per shape.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from emulator.wire.model import Operation, Shape

Writer = Callable[[Any], Any]
"""Value -> the value as JSON has it. Raises WrongAnswer."""


class WrongAnswer(TypeError):
    """An answer that the model does not allow: a bug of ours, never the caller's fault."""

    def __init__(self, problem: str, path: tuple[str, ...] = ()) -> None:
        super().__init__(f"{'.'.join(path) or 'the answer'} {problem}")
        self.problem = problem
        self.path = path

    def within(self, name: str) -> WrongAnswer:
        """The same, seen from one level up."""
        return WrongAnswer(self.problem, (name, *self.path))


def encode_json(operation: Operation, answer: Mapping[str, Any] | None) -> bytes:
    """The body of an answer: None is left out, bytes are told in base64, times in epoch seconds.

    An operation without output answers an empty body, one whose output has no members `{}`.
    """
    told = checked(operation, answer)
    if told is None:
        return b""
    return json.dumps(told, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def checked(operation: Operation, answer: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """The answer as JSON has it, or None for an operation without output. Raises WrongAnswer."""
    if operation.output is None:
        if answer:
            raise WrongAnswer(f"of {operation.name} must be empty: the operation has no output")
        return None
    try:
        told: dict[str, Any] = writer(operation.output)(answer if answer is not None else {})
    except WrongAnswer as wrong:
        raise wrong.within(operation.name) from None
    return told


@cache
def writer(shape: Shape) -> Writer:
    """The compiled writer of a shape."""
    match shape.kind:
        case "structure":
            return _structure_writer(shape)
        case "list":
            return _list_writer(shape)
        case "map":
            return _map_writer(shape)
        case "document":
            return lambda value: value
        case kind:
            return _SIMPLE[kind]


def _structure_writer(shape: Shape) -> Writer:
    writers = {name: writer(member) for name, member in shape.members.items()}
    required = shape.required

    def write(value: Any) -> dict[str, Any]:
        if not isinstance(value, Mapping):
            raise _wrong(value, f"a structure ({shape.name})")
        told = {}
        name = ""
        try:
            for name, item in value.items():
                if item is not None:
                    told[name] = writers[name](item)
        except WrongAnswer as wrong:
            raise wrong.within(name) from None
        except KeyError:
            raise WrongAnswer(f"is no member of {shape.name}", (str(name),)) from None
        if not required <= told.keys():
            raise WrongAnswer(f"lacks {', '.join(sorted(required - told.keys()))}, which {shape.name} requires")
        return told

    return write


def _list_writer(shape: Shape) -> Writer:
    write_item = writer(shape.part("member"))

    def write(value: Any) -> list[Any]:
        if not isinstance(value, list | tuple):
            raise _wrong(value, "a list")
        told: list[Any] = []
        try:
            told.extend(write_item(item) for item in value)
        except WrongAnswer as wrong:
            raise wrong.within(str(len(told))) from None
        return told

    return write


def _map_writer(shape: Shape) -> Writer:
    write_item = writer(shape.part("value"))

    def write(value: Any) -> dict[str, Any]:
        if not isinstance(value, Mapping):
            raise _wrong(value, "a map")
        told = {}
        for name, item in value.items():
            if not isinstance(name, str):
                raise WrongAnswer(f"has a key that is a {type(name).__name__}, not a string")
            if item is not None:
                try:
                    told[name] = write_item(item)
                except WrongAnswer as wrong:
                    raise wrong.within(name) from None
        return told

    return write


def _string(value: Any) -> str:
    if isinstance(value, str):
        return value
    raise _wrong(value, "a string")


def _whole_number(value: Any) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise _wrong(value, "a whole number")


def _boolean(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    raise _wrong(value, "a boolean")


def _timestamp(value: Any) -> float:
    """Epoch seconds with at most milliseconds, as AWS gives them; a whole number without a fraction."""
    if isinstance(value, bool) or not isinstance(value, int | float) or value - value != 0:
        raise _wrong(value, "a time in epoch seconds")
    rounded = round(value, 3)
    return int(rounded) if rounded == int(rounded) else rounded


def _blob(value: Any) -> str:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    raise _wrong(value, "bytes")


_SIMPLE: dict[str, Writer] = {
    "string": _string,
    "integer": _whole_number,
    "long": _whole_number,
    "boolean": _boolean,
    "timestamp": _timestamp,
    "blob": _blob,
}


def _wrong(value: Any, wanted: str) -> WrongAnswer:
    """Names the type only: the value may be a secret, and this ends in a log."""
    return WrongAnswer(f"is a {type(value).__name__}, not {wanted}")
