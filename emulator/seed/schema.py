"""The JSON Schema (draft 2020-12) of seed files, for editors: made of the table of kinds and the service models.

It is stricter than the reader in one thing: a text that looks like a number or a boolean has to be in quotes.
"""

from __future__ import annotations

import re
from typing import Any

from emulator.seed import kinds
from emulator.seed.entries import Kind
from emulator.seed.members import OwnShape
from emulator.seed.reading import PASSED_OVER
from emulator.wire.model import Shape

Json = dict[str, Any]

_NAMES = {"$schema": "The JSON Schema of this file.", "_portable": "A note of an export whose secrets are in clear."}


def document() -> Json:
    """The schema."""
    schema = _Schema()
    lists = {kind.name: schema.listed(kind) for kind in kinds.TOP}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A seed file of cognito-emulator",
        "type": "object",
        "properties": {name: {"type": "string", "description": _NAMES[name]} for name in PASSED_OVER} | lists,
        "additionalProperties": False,
        "$defs": dict(sorted(schema.definitions.items())),
    }


_PLAIN: Json = {
    "boolean": {"type": "boolean"},
    "timestamp": {"type": ["number", "string"]},
    "blob": {"type": "string", "contentEncoding": "base64"},
}
"""Kind of shape → its schema. A document is any JSON."""


class _Schema:
    def __init__(self) -> None:
        self.definitions: dict[str, Json] = {}

    def listed(self, kind: Kind) -> Json:
        """The schema of the list of a kind."""
        said = {"description": kind.description} if kind.description else {}
        if kind.mapping:
            return {"type": "object", "additionalProperties": self.of(kind.members.shapes[kind.mapping[1]])} | said
        return {"type": "array", "items": self._entry(kind)} | said

    def of(self, shape: Shape) -> Json:
        """The schema of a shape. Structures of the service models are defined once."""
        match shape.kind:
            case "structure":
                return self._structure(shape)
            case "list":
                limits = _limits(shape, "minItems", "maxItems")
                return {"type": "array", "items": self.of(shape.part("member"))} | limits
            case "map":
                limits = _limits(shape, "minProperties", "maxProperties")
                return {"type": "object", "additionalProperties": self.of(shape.part("value"))} | limits
            case "string":
                return _text(shape)
            case "integer" | "long":
                return {"type": "integer"} | _limits(shape, "minimum", "maximum")
            case kind:
                return dict(_PLAIN.get(kind, {}))

    def _entry(self, kind: Kind) -> Json:
        name = f"seed.{kind.name}"
        if name not in self.definitions:
            self.definitions[name] = {}  # for what refers to itself
            self.definitions[name] = self._made(kind)
        return {"$ref": f"#/$defs/{name}"}

    def _made(self, kind: Kind) -> Json:
        members = kind.members
        properties: Json = {}
        for name, shape in members.shapes.items():
            words = members.words.get(name)
            properties[name] = self.of(shape) | ({"description": words} if words else {})
        for other, name in members.renamed.items():
            properties[other] = properties[name] | {"description": f"The same as {name}."}
        properties |= {child.name: self.listed(child) for child in kind.children}
        for name in members.envelopes:
            words = "The members, in the envelope in which the AWS CLI prints them."
            properties[name] = {"type": "object", "description": words}
        for name in sorted(members.shown - properties.keys()):
            properties[name] = {"readOnly": True, "description": "AWS shows it. It is passed over here."}
        made: Json = {"type": "object", "properties": properties, "additionalProperties": False}
        return made | _required(kind)

    def _structure(self, shape: Shape) -> Json:
        made: Json = {"type": "object", "additionalProperties": False}
        if isinstance(shape, OwnShape):
            return made | self._members(shape)
        name = f"{shape.model.name}.{shape.name}"
        if name not in self.definitions:
            self.definitions[name] = {}  # for what refers to itself
            self.definitions[name] = made | self._members(shape)
        return {"$ref": f"#/$defs/{name}"}

    def _members(self, shape: Shape) -> Json:
        properties = {name: self.of(each) for name, each in shape.members.items()}
        return {"properties": properties} | ({"required": sorted(shape.required)} if shape.required else {})


def _required(kind: Kind) -> Json:
    """What an entry must have: each required member, by one of its names, or an envelope that has them."""
    members = kind.members
    if not members.required:
        return {}
    named = [
        [name, *(other for other, its in members.renamed.items() if its == name)] for name in sorted(members.required)
    ]
    whole = {"allOf": [{"anyOf": [{"required": [each]} for each in names]} for names in named]}
    if not members.envelopes and not members.renamed:
        return {"required": sorted(members.required)}
    return {"anyOf": [whole, *({"required": [name]} for name in members.envelopes)]}


def _limits(shape: Shape, least: str, most: str) -> Json:
    found = {least: shape.min, most: shape.max}
    return {name: value for name, value in found.items() if value is not None}


def _text(shape: Shape) -> Json:
    if shape.enum:
        return {"enum": list(shape.enum)}
    found = {"type": "string"} | _limits(shape, "minLength", "maxLength")
    patterns = [pattern for pattern in (shape.pattern, shape.besides) if pattern]
    if patterns and all(map(_is_common, patterns)):
        found["pattern"] = f"^(?:{'|'.join(patterns)})$"
    return found


def _is_common(pattern: str) -> bool:
    """Whether a pattern of Java means the same in other languages, and every editor can read it."""
    if re.search(r"\\[pPQEhR]|\[\[|&&|[*+?}]\+|\(\?[a-z]", pattern):
        return False
    try:
        re.compile(pattern)
    except re.error:
        return False
    return True
