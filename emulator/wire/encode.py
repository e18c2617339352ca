"""Encoding of an operation's answer to JSON, with validation against the model.

Names and types are validated. Lengths, patterns and enums are not: operations produce valid values, and validation
would slow down each answer. Writers are compiled once per shape.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from msgspec.json import Encoder

from emulator.wire.model import Operation, Shape

_to_json = Encoder().encode
Writer = Callable[[Any], Any]
"""A value -> its JSON value. Raises WrongAnswer."""


class WrongAnswer(TypeError):
    """An answer that violates the model: a bug of the emulator, never the caller's fault."""

    def __init__(self, problem: str, path: tuple[str, ...] = ()) -> None:
        super().__init__(f"{'.'.join(path) or 'the answer'} {problem}")
        self.problem = problem
        self.path = path

    def within(self, name: str) -> WrongAnswer:
        """The same exception with the path extended by the enclosing member."""
        return WrongAnswer(self.problem, (name, *self.path))


def encode_json(operation: Operation, answer: Mapping[str, Any] | None) -> bytes:
    """The body of an answer. None is left out, bytes become base64, timestamps epoch seconds.

    An operation without output answers an empty body; an operation whose output has no members answers `{}`.
    """
    encoded = checked(operation, answer)
    if encoded is None:
        return b""
    return _to_json(encoded)


def checked(operation: Operation, answer: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """The answer as JSON values, or None for an operation without output. Raises WrongAnswer."""
    if operation.output is None:
        if answer:
            raise WrongAnswer(f"of {operation.name} must be empty: the operation has no output")
        return None
    try:
        encoded: dict[str, Any] = writer(operation.output)(answer if answer is not None else {})
    except WrongAnswer as wrong:
        raise wrong.within(operation.name) from None
    return encoded


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
    plain = {name: _PLAIN.get(member.kind) for name, member in shape.members.items()}
    required = shape.required

    def write(value: Any) -> dict[str, Any]:
        if type(value) is not dict and not isinstance(value, Mapping):  # the check of the abstract class is slow
            raise _wrong(value, f"a structure ({shape.name})")
        encoded = {}
        name = ""
        try:
            for name, item in value.items():
                if type(item) is plain[name]:
                    encoded[name] = item  # without a call of its writer: most members of most answers are strings
                elif item is not None:
                    encoded[name] = writers[name](item)
        except WrongAnswer as wrong:
            raise wrong.within(name) from None
        except KeyError:
            raise WrongAnswer(f"is no member of {shape.name}", (str(name),)) from None
        if required and not required <= encoded.keys():
            raise WrongAnswer(f"lacks {', '.join(sorted(required - encoded.keys()))}, which {shape.name} requires")
        return encoded

    return write


def _list_writer(shape: Shape) -> Writer:
    element = shape.part("member")
    write_item, plain = writer(element), _plain_members(element)

    def write(value: Any) -> list[Any]:
        if not isinstance(value, list | tuple):
            raise _wrong(value, "a list")
        if plain and _are_plain(value, plain, element.required):
            return list(value)
        encoded: list[Any] = []
        try:
            for item in value:
                encoded.append(write_item(item))  # noqa: PERF401
        except WrongAnswer as wrong:
            raise wrong.within(str(len(encoded))) from None
        return encoded

    return write


def _plain_members(shape: Shape) -> Mapping[str, type]:
    """The types of the members of a structure that has only members whose values are their own JSON values; or none."""
    members = shape.members if shape.kind == "structure" else {}
    found = {name: _PLAIN[member.kind] for name, member in members.items() if member.kind in _PLAIN}
    return found if len(found) == len(members) else {}


def _are_plain(structures: Sequence[Any], types: Mapping[str, type], required: frozenset[str]) -> bool:
    """Whether nothing in these structures has to be converted, left out or refused: most answers' lists of attributes.

    That is checked in a fifth of the time that it takes to write them one by one.
    """
    for structure in structures:
        if type(structure) is not dict:
            return False
        for name in required:
            if name not in structure:
                return False
        for name, value in structure.items():
            if type(value) is not types.get(name):
                return False
    return True


def _map_writer(shape: Shape) -> Writer:
    write_item = writer(shape.part("value"))

    def write(value: Any) -> dict[str, Any]:
        if not isinstance(value, Mapping):
            raise _wrong(value, "a map")
        encoded = {}
        for name, item in value.items():
            if not isinstance(name, str):
                raise WrongAnswer(f"has a key that is a {type(name).__name__}, not a string")
            if item is not None:
                try:
                    encoded[name] = write_item(item)
                except WrongAnswer as wrong:
                    raise wrong.within(name) from None
        return encoded

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
    """Epoch seconds in AWS's form: at most milliseconds, and no fraction if it is zero."""
    if (type(value) is not float and type(value) is not int) or value - value != 0:
        raise _wrong(value, "a time in epoch seconds")
    rounded = round(float(value), 3)
    return int(rounded) if rounded.is_integer() else rounded


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
_PLAIN: dict[str, type] = {"string": str, "integer": int, "long": int, "boolean": bool}
"""Kind of shape → the type whose values are their own JSON values."""


def _wrong(value: Any, wanted: str) -> WrongAnswer:
    """The exception names the type alone: the value may be a secret, and the message is logged."""
    return WrongAnswer(f"is a {type(value).__name__}, not {wanted}")
