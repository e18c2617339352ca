"""The service models of a botocore, reduced to what the emulator keeps, and what one model has that another lacks."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

MODELS = Path(__file__).resolve().parent.parent / "emulator" / "wire" / "models"
SERVICES = ("cognito-idp", "cognito-identity", "sts")
METADATA = ("apiVersion", "protocol", "targetPrefix", "uid", "xmlNamespace")
PROSE = ("documentation", "deprecated", "deprecatedMessage", "deprecatedSince")

AMENDED = {"cognito-idp": {"ExplicitAuthFlowsType": ("ALLOW_CLIENT_TOKEN_AUTH",)}}
"""Values that the model's own prose names (GetClientToken) and its enum has not got yet."""

UNCHECKED = {"cognito-idp": ("DomainType",)}
"""Shapes whose pattern the service does not go by: a custom domain has dots, and a prefix is refused in other words."""

Spec = dict[str, Any]


def of_botocore(packages: Path, service: str) -> Spec:
    """A model as the botocore in a directory of packages has it, reduced to what we keep."""
    newest = max((packages / "botocore" / "data" / service).iterdir())
    packed = newest / "service-2.json.gz"
    text = gzip.decompress(packed.read_bytes()) if packed.exists() else (newest / "service-2.json").read_bytes()
    model = json.loads(text)
    for name, values in AMENDED.get(service, {}).items():
        enum = model["shapes"][name]["enum"]
        enum += [value for value in values if value not in enum]
    for name in UNCHECKED.get(service, ()):
        model["shapes"][name].pop("pattern", None)
    return {
        "metadata": {name: model["metadata"][name] for name in METADATA if name in model["metadata"]},
        "operations": {name: operation(spec) for name, spec in sorted(model["operations"].items())},
        "shapes": {name: shape(spec) for name, spec in sorted(model["shapes"].items())},
    }


def operation(spec: Mapping[str, Any]) -> Spec:
    kept = ("name", "input", "output", "errors", "authtype", "auth")
    without = {name: spec[name] for name in kept if name in spec}
    return without | {"errors": [{"shape": error["shape"]} for error in spec.get("errors", ())]}


def shape(spec: Mapping[str, Any]) -> Spec:
    """A shape without its prose; only the known places, for a member may be called `documentation`."""
    kept = without_prose(spec)
    for part in ("member", "key", "value"):
        if part in kept:
            kept[part] = without_prose(kept[part])
    if "members" in kept:
        kept["members"] = {name: without_prose(member) for name, member in kept["members"].items()}
    return kept


def without_prose(spec: Mapping[str, Any]) -> Spec:
    return {name: value for name, value in spec.items() if name not in PROSE}


def text(model: Spec) -> str:
    """One line for each operation and shape, so that a diff can be read."""
    sections = [f'"metadata":{compact(model["metadata"])}']
    for section in ("operations", "shapes"):
        lines = ",\n".join(f"{compact(name)}:{compact(spec)}" for name, spec in model[section].items())
        sections.append(f'"{section}":{{\n{lines}\n}}')
    return "{\n" + ",\n".join(sections) + "\n}\n"


def compact(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))


def differences(stored: Spec, fresh: Spec) -> Iterator[str]:
    """What the fresh model adds (+), takes away (-) and changes (~): operations, members, enum values and traits."""
    yield from _changes("metadata", stored.get("metadata", {}), fresh["metadata"])
    known, new = stored.get("operations", {}), fresh["operations"]
    yield from (f"{'+' if name in new else '-'} {name}" for name in sorted(known.keys() ^ new.keys()))
    common = known.keys() & new.keys()
    for name in sorted(common):
        yield from _operation_changes(name, known[name], new[name])
    before, after = stored.get("shapes", {}), fresh["shapes"]
    for name in sorted(_reached(fresh, common) | _reached(stored, common)):  # not what only new operations reach
        if name in before and name in after:
            yield from _shape_changes(name, before[name], after[name])


def _operation_changes(name: str, before: Spec, after: Spec) -> Iterator[str]:
    was, now = ([error["shape"] for error in spec["errors"]] for spec in (before, after))
    yield from (f"+ {name} raises {error}" for error in now if error not in was)
    yield from (f"- {name} raises {error}" for error in was if error not in now)
    yield from _changes(name, before | {"errors": None}, after | {"errors": None})


def _shape_changes(name: str, before: Spec, after: Spec) -> Iterator[str]:
    parts = ("members", "enum")
    for part, sign in (("members", "."), ("enum", " = ")):
        was, now = before.get(part, ()), after.get(part, ())
        yield from (f"+ {name}{sign}{value}" for value in now if value not in was)
        yield from (f"- {name}{sign}{value}" for value in was if value not in now)
        if [value for value in was if value in now] != [value for value in now if value in was]:
            yield f"~ {name}: the order of its {part}"  # AWS tells several faults in the order of the members
    members = before.get("members", {}), after.get("members", {})
    for member in members[1]:
        if member in members[0]:
            yield from _changes(f"{name}.{member}", members[0][member], members[1][member])
    traits = [{key: value for key, value in spec.items() if key not in parts} for spec in (before, after)]
    yield from _changes(name, *traits)


def _changes(name: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    for trait in sorted(before.keys() | after.keys()):
        if before.get(trait) != after.get(trait):
            yield f"~ {name}: {trait} {_told(before.get(trait))} -> {_told(after.get(trait))}"


def _told(value: Any) -> str:
    return "absent" if value is None else compact(value)


def _reached(model: Spec, operations: Iterable[str]) -> set[str]:
    """The shapes that operations reach."""
    reached: set[str] = set()
    waiting = [
        ref["shape"]
        for spec in (model["operations"][name] for name in operations)
        for ref in (spec.get("input"), spec.get("output"), *spec["errors"])
        if ref
    ]
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting += _references(model["shapes"][name])
    return reached


def _references(spec: Spec) -> list[str]:
    refs = [spec[part] for part in ("member", "key", "value") if part in spec]
    return [ref["shape"] for ref in (*refs, *spec.get("members", {}).values())]
