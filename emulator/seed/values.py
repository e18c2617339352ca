"""Texts of a file as the types of the service models.

A file has texts only, as they were written; the type of a member says what its text means. So `no` is a text where a
text belongs, and is refused where a boolean does.
"""

from __future__ import annotations

import base64
import binascii
import difflib
import json
import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from emulator.durations import moment
from emulator.policies.documents import Plain
from emulator.wire.constraints import demands
from emulator.wire.model import Shape

Read = Callable[[Any], Any]
"""A value of a file → the value that operations get. Raises `Misfit`."""


class Misfit(Exception):
    """A value that is not as it must be. `path` leads to it from where the exception is caught."""

    def __init__(self, problem: str, path: str = "") -> None:
        super().__init__(f"{path}: {problem}" if path else problem)
        self.problem = problem
        self.path = path

    def within(self, name: str) -> Misfit:
        """The same exception, caught around the member, or the element `[0]`, of that name."""
        inner = self.path if not self.path or self.path.startswith("[") else f".{self.path}"
        return Misfit(self.problem, name + inner)


def unknown(name: str, known: Mapping[str, Any]) -> str:
    """What is wrong with a member that is not among the known ones."""
    by_lower = {each.lower(): each for each in known}
    close = difflib.get_close_matches(name.lower()[:64], by_lower, 1, 0.8)
    return "there is no such member" + (f"; {by_lower[close[0]]} perhaps?" if close else "")


@cache
def reader(shape: Shape) -> Read:
    """The compiled reader of a shape."""
    match shape.kind:
        case "structure":
            return _structure_reader(shape)
        case "list":
            return _list_reader(shape)
        case "map":
            return _map_reader(shape)
        case "document":
            return _document
        case kind:
            return _checked(_SIMPLE[kind], shape)


def _checked(convert: Read, shape: Shape) -> Read:
    """A reader whose values satisfy the constraints of the shape."""
    wanted = demands(shape)
    if not wanted:
        return convert

    def read(value: Any) -> Any:
        found = convert(value)
        for phrase, satisfies in wanted:
            if not satisfies(found):
                raise Misfit(phrase.replace("Member must", "it must", 1))
        return found

    return read


def _structure_reader(shape: Shape) -> Read:
    fields = {name: reader(each) for name, each in shape.members.items()}
    required = shape.required

    def read(value: Any) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, each in _mapping(value).items():
            read_member = fields.get(name)
            if read_member is None:
                raise Misfit(unknown(name, fields), name)
            try:
                found[name] = read_member(each)
            except Misfit as misfit:
                raise misfit.within(name) from None
        missing = required - found.keys()
        if missing:
            raise Misfit("it is missing", min(missing))
        return found

    return read


def _list_reader(shape: Shape) -> Read:
    read_item = reader(shape.part("member"))

    def convert(value: Any) -> list[Any]:
        if not isinstance(value, list):
            raise Misfit(_no(value, "list"))
        found: list[Any] = []
        try:
            for item in value:
                found.append(read_item(item))  # noqa: PERF401
        except Misfit as misfit:
            raise misfit.within(f"[{len(found)}]") from None
        return found

    return _checked(convert, shape)


def _map_reader(shape: Shape) -> Read:
    read_key, read_value = reader(shape.part("key")), reader(shape.part("value"))

    def convert(value: Any) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, each in _mapping(value).items():
            try:
                found[read_key(key)] = read_value(each)
            except Misfit as misfit:
                raise misfit.within(key) from None
        return found

    return _checked(convert, shape)


def _mapping(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise Misfit(_no(value, "mapping"))
    return value


def _no(value: Any, what: str) -> str:
    return f"it is null, no {what}" if isinstance(value, Plain) and value.is_null else f"it is no {what}"


def _written(value: Any, what: str) -> str:
    """The text of a scalar. Raises `Misfit`."""
    if not isinstance(value, str) or (isinstance(value, Plain) and value.is_null):
        raise Misfit(_no(value, what))
    return value


def _string(value: Any) -> str:
    text = str(_written(value, "text"))
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            raise Misfit("it has half of a surrogate pair") from None
    return text


def _boolean(value: Any) -> bool:
    text = _written(value, "boolean")
    if text not in {"true", "false"}:
        raise Misfit("it is neither true nor false")
    return text == "true"


_WHOLE = re.compile(r"-?[0-9]{1,19}", re.ASCII)


def _whole_number(bits: int) -> Read:
    limit = 1 << (bits - 1)

    def convert(value: Any) -> int:
        text = _written(value, "whole number")
        if not _WHOLE.fullmatch(text):
            raise Misfit("it is no whole number")
        number = int(text)
        if not -limit <= number < limit:
            raise Misfit("the number is too large")
        return number

    return convert


_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,9})?", re.ASCII)
_LATEST = 253402300799


def _timestamp(value: Any) -> float:
    """A time in epoch seconds, as the API has it, or in ISO 8601, as the AWS CLI prints it."""
    text = _written(value, "time")
    try:
        found = float(text) if _NUMBER.fullmatch(text) else moment(text)
    except (ValueError, OverflowError):
        found = -1.0
    if not 0 <= found <= _LATEST:
        raise Misfit("it is no time")
    return found


def _blob(value: Any) -> bytes:
    try:
        return base64.b64decode(_written(value, "base64"), validate=True)
    except (binascii.Error, ValueError):
        raise Misfit("it is no base64") from None


def _document(value: Any) -> Any:
    """Any JSON. Scalars without quotes are numbers and booleans, as in JSON."""
    if isinstance(value, Mapping):
        return {_string(name): _document(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_document(each) for each in value]
    if not isinstance(value, Plain):
        return _string(value)
    if value.is_null:
        return None
    try:
        found = json.loads(value) if not value.startswith(('"', "[", "{")) else str(value)
    except (ValueError, RecursionError):
        return _string(value)
    return str(value) if isinstance(found, float) and found - found != 0 else found


_SIMPLE: Mapping[str, Read] = {
    "string": _string,
    "integer": _whole_number(32),
    "long": _whole_number(64),
    "boolean": _boolean,
    "timestamp": _timestamp,
    "blob": _blob,
}


def arranged(shape: Shape, value: Any) -> Any:
    """A value with the members of structures in the order of the model, and those of maps in the alphabet's."""
    match shape.kind:
        case "structure":
            return {name: arranged(each, value[name]) for name, each in shape.members.items() if name in value}
        case "list" if shape.part("member").kind in {"structure", "list", "map"}:
            return [arranged(shape.part("member"), each) for each in value]
        case "map":
            return {name: arranged(shape.part("value"), value[name]) for name in sorted(value)}
        case _:
            return value
