"""Conversion of JSON values to the simple types of a model, and AWS's messages for values of the wrong type."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from typing import Any, Final

_LATEST: Final = 253402300799.999
"""The end of the year 9999, in epoch seconds. Timestamps further from 1970 are refused."""


class Unreadable(Exception):
    """The body is not JSON (`message` is None, as in AWS's answer), or a member has the wrong JSON type."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or "unreadable")
        self.message = message


def _string(value: Any) -> str:
    if type(value) is str:
        return value
    raise clash(value, "a String")


def _whole_number(bits: int, target: str) -> Callable[[Any], int]:
    limit = 1 << (bits - 1)

    def convert(value: Any) -> int:
        if type(value) is float:
            # AWS unknown: what a fraction such as 3.7 for an integer member does, in every operation. Here it is
            # truncated, as by Java's JSON parsers.
            value = int(value)
        if type(value) is int and -limit <= value < limit:
            return value
        raise clash(value, target)

    return convert


def _boolean(value: Any) -> bool:
    if type(value) is bool:
        return value
    raise clash(value, "a Boolean")


def _timestamp(value: Any) -> float:
    if type(value) in (int, float) and -_LATEST <= value <= _LATEST:
        return float(value)
    if isinstance(value, list | dict):
        raise misplaced(value)
    kind = {str: "java.lang.String", bool: "java.lang.Boolean"}.get(type(value), "java.lang.Double")
    raise Unreadable(f"class {kind} can not be converted to milliseconds since epoch")


def _blob(value: Any) -> bytes:
    if type(value) is not str:
        raise clash(value, "a Blob")
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError) as wrong:
        raise Unreadable("Invalid base64-encoded value") from wrong


CONVERTERS: dict[str, Callable[[Any], Any]] = {
    "string": _string,
    "integer": _whole_number(32, "an Integer"),
    "long": _whole_number(64, "a Long"),
    "boolean": _boolean,
    "timestamp": _timestamp,
    "blob": _blob,
}


# AWS unknown: the message of SerializationException for some wrong JSON types, in every operation. Known are a number
# for a string and the reverse, a string for a timestamp, and an object for a simple value. The others are formed after
# these.
def clash(value: Any, target: str) -> Unreadable:
    """The exception for a value where another simple type is expected: `target`, such as "a String"."""
    if isinstance(value, list | dict):
        return misplaced(value)
    if isinstance(value, bool):
        token = "TRUE_VALUE" if value else "FALSE_VALUE"
    else:
        token = {str: "STRING_VALUE", float: "DECIMAL_VALUE"}.get(type(value), "NUMBER_VALUE")
    return Unreadable(f"{token} can not be converted to {target}")


def misplaced(value: Any) -> Unreadable:
    """The exception for a list, an object or a simple value where another of the three is expected."""
    if isinstance(value, dict):
        return Unreadable("Start of structure or map found where not expected.")
    if isinstance(value, list):
        return Unreadable("Start of list found where not expected")
    return Unreadable("Unexpected field type")
