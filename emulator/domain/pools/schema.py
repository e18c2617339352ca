"""The schema of a pool: twenty standard attributes, and custom attributes of its own."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from emulator.faults import InvalidParameterException

Entry = dict[str, Any]

_MOST_CUSTOM = 50
_MOST_AT_ONCE = 25
_LIMITS = {"String": "StringAttributeConstraints", "Number": "NumberAttributeConstraints"}
_BOUNDS = {"String": ("MinLength", "MaxLength"), "Number": ("MinValue", "MaxValue")}
_FORMS = {"String": re.compile("[0-9]{1,20}"), "Number": re.compile(r"-?[0-9]{1,308}(\.[0-9]{1,308})?")}
_UNTYPED = "Invalid AttributeDataType input, consider using the provided AttributeDataType enum."
_LONGEST = 2048
_LARGEST = Decimal(2**1023)
"""The greatest length and the greatest number that constraints may name (AWS: NumberAttributeConstraintsType)."""


def standard() -> list[Entry]:
    """The twenty standard attributes, in AWS's order, with AWS's constraints."""
    return [
        _string("sub", "1", mutable=False, required=True),
        *(_string(name) for name in ("name", "given_name", "family_name", "middle_name", "nickname")),
        *(_string(name) for name in ("preferred_username", "profile", "picture", "website", "email")),
        _entry("email_verified", "Boolean"),
        _string("gender"),
        _string("birthdate", "10", "10"),
        *(_string(name) for name in ("zoneinfo", "locale", "phone_number")),
        _entry("phone_number_verified", "Boolean"),
        _string("address"),
        _entry("updated_at", "Number") | {"NumberAttributeConstraints": {"MinValue": "0"}},
    ]


def created(given: Sequence[Mapping[str, Any]]) -> list[Entry]:
    """The schema of a new pool: the standard attributes, as the request changes them, then its custom ones.

    `given` is CreateUserPool's Schema. Raises InvalidParameterException.
    """
    entries = {entry["Name"]: entry for entry in standard()}
    own = []
    for wanted in given:
        name = wanted.get("Name", "")
        if name in entries:
            entries[name] = _changed(entries[name], wanted)
        else:
            own.append(wanted)
    _check_twice(own)
    return _with_custom(list(entries.values()), own)


def extended(schema: Sequence[Entry], given: Sequence[Mapping[str, Any]]) -> list[Entry]:
    """The schema with the custom attributes `given` added. Raises InvalidParameterException, also for too many."""
    if len(given) > _MOST_AT_ONCE:
        raise InvalidParameterException(f"No more than {_MOST_AT_ONCE} attributes can be added at once.")
    return _with_custom(list(schema), given)


def _with_custom(entries: list[Entry], given: Sequence[Mapping[str, Any]]) -> list[Entry]:
    for wanted in given:
        entry = _custom(wanted)
        if entry["Name"] in {other["Name"] for other in entries}:
            short = entry["Name"].removeprefix("dev:")
            raise InvalidParameterException(f"{short}: Existing attribute already has name {entry['Name']}.")
        entries.append(entry)
    if sum(":" in entry["Name"] for entry in entries) > _MOST_CUSTOM:
        raise InvalidParameterException(f"A user pool cannot have more than {_MOST_CUSTOM} custom attributes.")
    return entries


def _check_twice(given: Sequence[Mapping[str, Any]]) -> None:
    """Raise if two custom attributes of a new pool have one name."""
    seen: set[str] = set()
    for wanted in given:
        name = _prefixed(wanted)
        if name in seen:
            raise InvalidParameterException(
                f"Duplicate custom attribute names {name} are not allowed in a user pool schema."
            )
        seen.add(name)


def _prefixed(wanted: Mapping[str, Any]) -> str:
    """A custom attribute's full name, with `custom:` and, if it is developer-only, `dev:`."""
    return ("dev:" if wanted.get("DeveloperOnlyAttribute") else "") + f"custom:{wanted.get('Name') or ''}"


def _custom(wanted: Mapping[str, Any]) -> Entry:
    """A custom attribute as DescribeUserPool shows it. Raises InvalidParameterException."""
    name = wanted.get("Name") or ""
    if not name:
        raise InvalidParameterException("Invalid attribute name: a custom attribute needs a name.")
    if "AttributeDataType" not in wanted:
        raise InvalidParameterException(_UNTYPED)
    if wanted.get("Required"):
        raise InvalidParameterException("Required custom attributes are not supported currently.")
    developer = bool(wanted.get("DeveloperOnlyAttribute", False))
    kind = wanted["AttributeDataType"]
    # AWS unknown: the default of Mutable for a custom attribute in CreateUserPool and AddCustomAttributes. Here it is
    # true.
    entry = _entry(_prefixed(wanted), kind) | {
        "DeveloperOnlyAttribute": developer,
        "Mutable": bool(wanted.get("Mutable", True)),
    }
    return entry | _constraints(entry["Name"], kind, wanted)


def _changed(entry: Entry, wanted: Mapping[str, Any]) -> Entry:
    """A standard attribute with the changes that a pool may make: required, mutable, other constraints."""
    name, kind = entry["Name"], wanted.get("AttributeDataType", entry["AttributeDataType"])
    if kind != entry["AttributeDataType"] or wanted.get("DeveloperOnlyAttribute"):
        raise InvalidParameterException(
            "You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute " + name
        )
    if name == "sub" and (wanted.get("Mutable") or wanted.get("Required") is False):
        raise InvalidParameterException("You can not change the attribute sub.")
    changed = entry | {
        "Mutable": bool(wanted.get("Mutable", entry["Mutable"])),
        "Required": bool(wanted.get("Required", entry["Required"])),
    }
    given = wanted.get(_LIMITS.get(kind, ""))
    return changed | _constraints(name, kind, wanted) if given else changed


def _constraints(name: str, kind: str, wanted: Mapping[str, Any]) -> Entry:
    """The constraint member of a String or Number attribute; empty for other types, or if none is given."""
    if kind not in _LIMITS:
        return {}
    member, (low, high), form = _LIMITS[kind], _BOUNDS[kind], _FORMS[kind]
    given = dict(wanted.get(member) or {})
    is_number = all(form.fullmatch(given[bound]) for bound in (low, high) if bound in given)
    bounds = {bound: Decimal(given[bound]) for bound in (low, high) if bound in given} if is_number else {}
    if not is_number or any(value.copy_abs() > _LARGEST for value in bounds.values()):
        raise InvalidParameterException(f"Invalid {member} for schema attribute {name}")
    if kind == "String" and max(bounds.values(), default=0) > _LONGEST:
        raise InvalidParameterException(f"user.{name}: String attributes cannot have a length of more than {_LONGEST}")
    if low in bounds and high in bounds and bounds[high] < bounds[low]:
        what = "length shorter" if kind == "String" else "value smaller"
        raise InvalidParameterException(
            f"Attribute {name} cannot have a max {what} than it's min {what.partition(' ')[0]}"
        )
    return {member: given}


def _entry(name: str, kind: str) -> Entry:
    return {
        "Name": name,
        "AttributeDataType": kind,
        "DeveloperOnlyAttribute": False,
        "Mutable": True,
        "Required": False,
    }


def _string(
    name: str, low: str = "0", high: str = str(_LONGEST), *, mutable: bool = True, required: bool = False
) -> Entry:
    limits = {"StringAttributeConstraints": {"MinLength": low, "MaxLength": high}}
    return _entry(name, "String") | {"Mutable": mutable, "Required": required} | limits
