"""AWS's query protocol, which STS uses: form fields in, XML or JSON out.

A request's fields are converted to the value that JSON would have, which the JSON readers decode. An answer is
validated by the JSON writers.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from msgspec import Struct, field

from emulator.wire import newer
from emulator.wire.conversions import Unreadable
from emulator.wire.decode import decode_value
from emulator.wire.encode import checked
from emulator.wire.model import Operation, ServiceModel, Shape, load

_DEEPEST_NAME = 32
_OF_THE_PROTOCOL = ("Action", "Version")
_WHOLE_NUMBER = re.compile(r"[+-]?[0-9]{1,19}")
_NO_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What is no `Char` (XML 1.0, 2.2). To list those that are takes ten times as long to compile, at each start."""
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#xD;"})


class UnknownAction(Exception):
    """No operation has that name in that version. str() is AWS's message. `action` is None if none was named."""

    def __init__(self, action: str | None, version: str | None) -> None:
        super().__init__(f"Could not find operation {action} for version {version or 'NO_VERSION_SPECIFIED'}")
        self.action = action


def find_operation(model: ServiceModel, form: Mapping[str, str]) -> Operation:
    """The operation that `Action` and `Version` name. Raises UnknownAction."""
    action, version = form.get("Action"), form.get("Version")
    operation = model.operations.get(action or "")
    if operation is None or version != model.version:
        raise UnknownAction(action or None, version)
    return operation


def decode_query(operation: Operation, form: Mapping[str, str], note: newer.Note | None = None) -> dict[str, Any]:
    """The request in form fields or in a query string. `note` is called with the unknown fields.

    Raises Unreadable (a field is not a number, or not text), or Invalid with all violations.
    """
    tree = _tree(form)
    if note:
        note(operation, newer.unknown(tree.branches, {*operation.input.members, *_OF_THE_PROTOCOL}))
    return decode_value(operation, _structure(operation.input, tree))


class _Field(Struct):
    """A node of the tree of fields: `Tags.member.1.Key=a` is the text `a` at depth four."""

    text: str | None = None
    branches: dict[str, _Field] = field(default_factory=dict)


def _tree(form: Mapping[str, str]) -> _Field:
    root = _Field()
    for name, text in form.items():
        try:
            text.encode()
        except UnicodeEncodeError as wrong:
            raise Unreadable(f"{name} is not text") from wrong
        place = root
        for part in name.split(".", _DEEPEST_NAME):
            place = place.branches.setdefault(part, _Field())
        place.text = text
    return root


def _value(shape: Shape, place: _Field) -> Any:
    match shape.kind:
        case "structure":
            return _structure(shape, place)
        case "list":
            numbered = _numbered(place.branches.get("member", place))
            return [_value(shape.part("member"), item) for item in numbered]
        case "map":
            numbered = _numbered(place.branches.get("entry", place))
            return dict(_entry(shape, item) for item in numbered)
        case kind:
            return _simple(kind, place.text)


def _structure(shape: Shape, place: _Field) -> dict[str, Any]:
    branches = place.branches
    return {name: _value(member, branches[name]) for name, member in shape.members.items() if name in branches}


def _entry(shape: Shape, place: _Field) -> tuple[str, Any]:
    key = place.branches.get("key", _Field()).text
    return key or "", _value(shape.part("value"), place.branches.get("value", _Field()))


def _numbered(place: _Field) -> Iterator[_Field]:
    """A list's items, ordered by number. Gaps in the numbers are closed, as by AWS."""
    numbers = sorted(
        (int(name), name) for name in place.branches if name.isascii() and name.isdigit() and len(name) < 10
    )
    return (place.branches[name] for _, name in numbers)


def _simple(kind: str, text: str | None) -> Any:
    """The value that JSON would have."""
    # AWS unknown: the message of MalformedInput when a field of an STS operation is not a number or not a boolean.
    if text is None or kind in ("string", "blob"):
        return text
    if kind == "boolean":
        if text.lower() not in ("true", "false"):
            raise Unreadable(f"{text} is not a boolean")
        return text.lower() == "true"
    if _WHOLE_NUMBER.fullmatch(text) is None:
        raise Unreadable(f"{text} is not a number")
    return int(text)


def encode_query(operation: Operation, answer: Mapping[str, Any] | None, request_id: str) -> bytes:
    """The XML of an answer: `<XResponse><XResult>...</XResult><ResponseMetadata>...`. Raises WrongAnswer."""
    encoded = checked(operation, answer)
    result = ""
    if operation.output is not None and encoded is not None:
        within = _members(operation.output, encoded)
        result = _element(operation.result_wrapper, within) if operation.result_wrapper else within
    metadata = _element("ResponseMetadata", _element("RequestId", _escaped(request_id)))
    return _document(operation.model, f"{operation.name}Response", result + metadata)


def encode_json(operation: Operation, answer: Mapping[str, Any] | None, request_id: str) -> bytes:
    """The same as JSON, which STS answers if `Accept` asks for it. Timestamps are epoch seconds."""
    encoded = checked(operation, answer)
    named = {operation.result_wrapper or f"{operation.name}Result": encoded} if encoded is not None else {}
    return _as_json({f"{operation.name}Response": {**named, "ResponseMetadata": {"RequestId": request_id}}})


class Refusal(Protocol):
    """The parts of an exception that the answer shows."""

    @property
    def code(self) -> str:
        """The code on the wire."""

    @property
    def status(self) -> int:
        """The HTTP status."""

    @property
    def message(self) -> str | None:
        """The text for the caller."""


def encode_error(refusal: Refusal, request_id: str) -> bytes:
    """The XML of an error, in the namespace of STS, the only service with this protocol here.

    Its `Type` is `Receiver` for a 5xx, else `Sender`.
    """
    encoded = "".join(_element(name, _escaped(text)) for name, text in _error(refusal).items())
    request_element = _element("RequestId", _escaped(request_id))
    return _document(load("sts"), "ErrorResponse", _element("Error", encoded) + request_element)


def encode_json_error(refusal: Refusal, request_id: str) -> bytes:
    """The same as JSON."""
    return _as_json({"Error": _error(refusal), "RequestId": request_id})


def _error(refusal: Refusal) -> dict[str, str]:
    blame = "Receiver" if refusal.status >= 500 else "Sender"
    return {"Type": blame, "Code": refusal.code, "Message": refusal.message or ""}


def _as_json(document: Mapping[str, Any]) -> bytes:
    return json.dumps(document, separators=(",", ":")).encode()


def _document(model: ServiceModel, root: str, within: str) -> bytes:
    return f'<{root} xmlns="{_escaped(model.xml_namespace or "")}">{within}</{root}>'.encode()


def _element(name: str, within: str) -> str:
    return f"<{name}>{within}</{name}>"


def _members(shape: Shape, encoded: Mapping[str, Any]) -> str:
    named = ((name, member) for name, member in shape.members.items() if name in encoded)
    return "".join(_element(name, _xml(member, encoded[name])) for name, member in named)


def _xml(shape: Shape, value: Any) -> str:
    match shape.kind:
        case "structure":
            return _members(shape, value)
        case "list":
            return "".join(_element("member", _xml(shape.part("member"), item)) for item in value)
        case "map":
            pairs = ((_escaped(key), _xml(shape.part("value"), item)) for key, item in value.items())
            return "".join(_element("entry", _element("key", key) + _element("value", item)) for key, item in pairs)
        case "timestamp":
            return _moment(value)
        case "boolean":
            return "true" if value else "false"
        case _:
            return _escaped(str(value))


def _moment(seconds: float) -> str:
    """A timestamp in STS's form, with whole seconds: `2030-01-01T00:00:00Z`."""
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=int(seconds))).strftime("%Y-%m-%dT%H:%M:%SZ")


def _escaped(text: str) -> str:
    """Escape text for XML. Characters that XML 1.0 does not allow become U+FFFD."""
    return _NO_XML.sub("\ufffd", text).translate(_ESCAPES)
