"""Decoding of a request's body to a valid request, or AWS's error message.

Readers are compiled once per shape, when an operation is first called. A JSON null means an absent member. Members that
the model does not have are ignored.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from typing import Any, Final, NoReturn

from emulator import nesting
from emulator.wire import newer
from emulator.wire.constraints import (
    NOT_NULL,
    SIMPLE,
    Demand,
    Invalid,
    all_phrases,
    conceals,
    demands,
    lower_camel,
    violation,
)
from emulator.wire.conversions import CONVERTERS, Unreadable, misplaced
from emulator.wire.model import Operation, Shape

__all__ = ["Invalid", "Reader", "Unreadable", "decode_json", "decode_value", "parse", "reader"]

Reader = Callable[[Any, str, list[str]], Any]
"""(value, path, list to which violations are added) -> the value that operations get. Raises Unreadable."""

_BOM: Final = b"\xef\xbb\xbf"


def decode_json(operation: Operation, body: bytes, note: newer.Note | None = None) -> dict[str, Any]:
    """The request in a JSON body. Blobs become bytes, timestamps floats. `note` is called with the unknown members.

    Raises Unreadable, or Invalid with all violations.
    """
    value = parse(body) if body else {}
    if note:
        note(operation, newer.members(operation.input, value))
    return decode_value(operation, value)


def decode_value(operation: Operation, value: Any) -> dict[str, Any]:
    """As `decode_json`, from an already parsed value."""
    if not isinstance(value, dict):
        raise misplaced(value) if isinstance(value, list) else Unreadable
    violations: list[str] = []
    request: dict[str, Any] = reader(operation.input)(value, "", violations)
    if violations:
        raise Invalid(violations)
    return request


def parse(body: bytes) -> Any:
    """Parse JSON in UTF-8 as Java's parsers do: a byte order mark is skipped, the last duplicate key wins.

    Raises Unreadable, also for NaN, Infinity, numbers beyond a double and lone surrogates.
    """
    try:
        value = _JSON.decode(body.removeprefix(_BOM).decode())
        if b"\\u" in body:
            # A lone surrogate cannot be encoded, so it could be neither stored nor answered.
            json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as wrong:
        raise Unreadable from wrong
    return value


def _finite(digits: str) -> float:
    number = float(digits)
    if number - number != 0:
        raise ValueError("a number too large for a double")
    return number


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


_JSON = json.JSONDecoder(parse_float=_finite, parse_constant=_no_constant)


@cache
def reader(shape: Shape, hidden: bool = False) -> Reader:
    """The compiled reader of a shape. `hidden`: an enclosing shape is sensitive."""
    hidden = hidden or conceals(shape)
    match shape.kind:
        case "structure":
            return _structure_reader(shape, hidden)
        case "list":
            return _list_reader(shape, hidden)
        case "map":
            return _map_reader(shape, hidden)
        case "document":
            return _read_document
        case kind:
            return _simple_reader(CONVERTERS[kind], demands(shape), hidden)


def _simple_reader(convert: Callable[[Any], Any], wanted: list[Demand], hidden: bool) -> Reader:
    if not wanted:
        return lambda value, at, violations: convert(value)

    def read(value: Any, at: str, violations: list[str]) -> Any:
        value = convert(value)
        for phrase, satisfies in wanted:
            if not satisfies(value):
                violations.append(violation(at, phrase, value, hidden=hidden))
        return value

    return read


def _structure_reader(shape: Shape, hidden: bool) -> Reader:
    required = shape.required
    fields = [
        (name, lower_camel(name), reader(member, hidden), name in required) for name, member in shape.members.items()
    ]

    def read(value: Any, at: str, violations: list[str]) -> dict[str, Any]:
        if type(value) is not dict:
            raise misplaced(value)
        within = at + "." if at else ""
        found = {}
        for name, path, read_member, needed in fields:
            item = value.get(name)
            if item is not None:
                found[name] = read_member(item, within + path, violations)
            elif needed:
                violations.append(violation(within + path, NOT_NULL))
        return found

    return read


def _list_reader(shape: Shape, hidden: bool) -> Reader:
    element, wanted = shape.part("member"), demands(shape)
    read_item = reader(element, hidden)
    simple = element.kind in SIMPLE

    # AWS unknown: what a null element of a list does, in every operation. Here it is refused like a missing member.
    def read(value: Any, at: str, violations: list[str]) -> list[Any]:
        if type(value) is not list:
            raise misplaced(value)
        for phrase, satisfies in wanted:
            if not satisfies(value):
                violations.append(violation(at, phrase, value, hidden=hidden))
        found = []
        broken: list[str] = []
        for index, item in enumerate(value, 1):
            if item is None:
                broken.append(violation(f"{at}.{index}.member", NOT_NULL))
            else:
                found.append(read_item(item, f"{at}.{index}.member", broken))
        if broken and simple:
            phrases = all_phrases(element) if len(found) == len(value) else f"[{NOT_NULL}]"
            broken = [violation(at, f"Member must satisfy constraint: {phrases}", value, hidden=hidden)]
        violations += broken
        return found

    return read


def _map_reader(shape: Shape, hidden: bool) -> Reader:
    key_shape, value_shape, wanted = shape.part("key"), shape.part("value"), demands(shape)
    read_key, read_item = reader(key_shape, hidden), reader(value_shape, hidden)
    simple = value_shape.kind in SIMPLE

    def read(value: Any, at: str, violations: list[str]) -> dict[str, Any]:
        if type(value) is not dict:
            raise misplaced(value)
        present = {key: item for key, item in value.items() if item is not None}
        for phrase, satisfies in wanted:
            if not satisfies(present):
                violations.append(violation(at, phrase, present, hidden=hidden))
        keys: list[str] = []
        items: list[str] = []
        found = {}
        for key, item in present.items():
            read_key(key, at, keys)
            found[key] = read_item(item, f"{at}.{key}.member", items)
        if keys:
            phrase = f"Map keys must satisfy constraint: {all_phrases(key_shape)}"
            violations.append(violation(at, phrase, present, hidden=hidden))
        if items and simple:
            phrase = f"Map value must satisfy constraint: {all_phrases(value_shape)}"
            items = [violation(at, phrase, present, hidden=hidden)]
        violations += items
        return found

    return read


def _read_document(value: Any, _at: str, _violations: list[str]) -> Any:
    """Any JSON, unchanged."""
    # Unlike AWS: Settings of CreateManagedLoginBranding and UpdateManagedLoginBranding (and any other JSON document)
    # nested deeper than 64 levels are refused, so that they can always be encoded again.
    if nesting.is_too_deep(value):
        raise Unreadable
    return value
