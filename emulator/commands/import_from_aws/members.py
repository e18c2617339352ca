"""From answers of AWS to entries of a seed file: the members that this server knows, in the order of its models."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from functools import cache
from typing import Any

from emulator.commands.import_from_aws.calls import Notes
from emulator.seed import kinds
from emulator.seed.entries import Kind
from emulator.seed.members import Members
from emulator.wire.model import Shape


@cache
def kind(name: str) -> Kind:
    """The kind of the entries of a list: of the document, or of a user pool."""
    pools = kinds.BY_NAME["user_pools"]
    known = {each.name: each for each in (*kinds.TOP, *pools.children)}
    return known[name]


def entry(listed: str, answer: Mapping[str, Any], notes: Notes) -> dict[str, Any]:
    """The entry, in that list, of what AWS answers. What AWS shows and nobody can set is passed over."""
    members = kind(listed).members
    given = {members.renamed.get(name, name): value for name, value in answer.items()}
    for name in sorted(given.keys() - members.shapes.keys() - members.shown):
        notes.add(f"{listed}: the member {name} is left out: this version of the server does not know it")
    return _shaped(members, given, listed, notes)


def _shaped(members: Members, given: Mapping[str, Any], listed: str, notes: Notes) -> dict[str, Any]:
    found = {}
    for name, shape in members.shapes.items():
        value = given.get(name)
        if value is None or value in ({}, []):
            continue
        found[name] = _taken(shape, value, f"{listed}: {name}", notes)
    return found


def _taken(shape: Shape, value: Any, path: str, notes: Notes) -> Any:
    """A value with the members that a shape has."""
    match shape.kind:
        case "structure":
            known = shape.members
            for name in sorted(value.keys() - known.keys()):
                notes.add(f"{path}.{name} is left out: this version of the server does not know it")
            return {
                name: _taken(each, value[name], f"{path}.{name}", notes)
                for name, each in known.items()
                if value.get(name) is not None
            }
        case "list":
            return [_taken(shape.part("member"), each, path, notes) for each in value]
        case "map":
            return {name: _taken(shape.part("value"), value[name], path, notes) for name in sorted(value)}
        case "blob":
            return base64.b64encode(value).decode()
        case _:
            return value
