"""User attributes checked against a pool's schema: names, mutability, types and limits.

Schemas are lists of SchemaAttributeType in API shape; attributes are dicts of strings without `sub`. The checks store
nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from emulator import refusals
from emulator.faults import InvalidParameterException

_EMAIL = re.compile(r"[^\s@<>()\[\],;:\\\"]+@[^\s@.<>()\[\],;:\\\"]+(\.[^\s@.<>()\[\],;:\\\"]+)*")
_PHONE = re.compile(r"\+[0-9]{1,15}")
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_NEW = "Attributes did not conform to the schema: "
_CHANGED = "Invalid user attributes: "
_UNKNOWN = "Attribute does not exist in the schema."
_NOT_THERE = "One or more requested attributes do not exist."

Schema = Sequence[Mapping[str, Any]]


def check_new(schema: Schema, given: Mapping[str, str], *, require_all: bool = True) -> dict[str, str]:
    """The attributes `given` to a new user, normalised and without blank ones. Raises InvalidParameterException.

    With `require_all` false, required attributes may be missing: NEW_PASSWORD_REQUIRED will ask for them.
    """
    known = _by_name(schema)
    problems = []
    if "sub" in given:
        problems.append("sub: Attribute cannot be updated.")
    if require_all:
        missing = [name for name, entry in known.items() if entry["Required"] and name != "sub" and not given.get(name)]
        problems += [f"{name}: The attribute is required" for name in missing]
    problems += _problems(known, given, "")
    _refuse(_NEW, problems)
    return {name: _normal(known[name], value) for name, value in given.items() if value}


def check_change(
    schema: Schema, current: Mapping[str, str], given: Mapping[str, str], *, initial: bool = False
) -> dict[str, str]:
    """All attributes of a user after a change of `given`; a blank value removes one. Raises InvalidParameterException.

    `current` are the user's attributes. With `initial`, immutable attributes may be set if they were not set before.
    """
    known = _by_name(schema)
    if "sub" in given:
        raise InvalidParameterException("Cannot modify the non-mutable attribute sub")
    problems = []
    for name, value in given.items():
        entry = known.get(name)
        if entry and not entry["Mutable"] and not (initial and name not in current):
            problems.append(f"user.{name}: Attribute cannot be updated.")
        elif entry and entry["Required"] and not value:
            problems.append(f"{name}: Required attribute cannot be deleted.")
    problems += _problems(known, given, "user.")
    _refuse(_CHANGED, problems)
    after = {**current, **{name: _normal(known[name], value) for name, value in given.items()}}
    return {name: value for name, value in after.items() if value}


def check_delete(schema: Schema, names: Iterable[str]) -> None:
    """Raise InvalidParameterException for names that are not in the schema, or are required or immutable."""
    known, names = _by_name(schema), list(dict.fromkeys(names))
    _refuse(_CHANGED, [f"user.{name}: {_UNKNOWN}" for name in names if name not in known])
    for name in names:
        if known[name]["Required"]:
            raise InvalidParameterException(f"{_CHANGED}{name}: Required attribute cannot be deleted.")
        if not known[name]["Mutable"]:
            raise InvalidParameterException(f"{_CHANGED}user.{name}: Attribute cannot be updated.\n")


def check_known(schema: Schema, names: Collection[str]) -> None:
    """Raise InvalidParameterException for AttributesToGet with names that are not in the schema."""
    # AWS unknown: the message of ListUsers for a name in AttributesToGet that is not in the schema. Here it is the one
    # for an attribute that a listed user lacks.
    unknown = [name for name in names if name not in _by_name(schema)]
    if unknown:
        raise InvalidParameterException(_NOT_THERE, f"the schema lacks {', '.join(unknown)}")


def check_there(names: Collection[str], present: Collection[str]) -> None:
    """Raise InvalidParameterException if `names` (AttributesToGet) has one that a listed user lacks.

    `present` are the names of that user's attributes.
    """
    missing = [name for name in names if name not in present]
    if missing:
        raise InvalidParameterException(_NOT_THERE, f"a listed user lacks {', '.join(missing)}")


def looks_like_email(text: str) -> bool:
    """Whether a text has the form of an e-mail address, without control characters and invisible ones."""
    return text.isprintable() and bool(_EMAIL.fullmatch(text))


def looks_like_phone(text: str) -> bool:
    """Whether a text has the form of a phone number: E.164, `+` and up to fifteen digits."""
    return bool(_PHONE.fullmatch(text))


def _by_name(schema: Schema) -> dict[str, Mapping[str, Any]]:
    return {entry["Name"]: entry for entry in schema}


def _refuse(intro: str, problems: list[str]) -> None:
    if problems:
        raise InvalidParameterException(intro + "".join(f"{problem}\n" for problem in problems))


def _problems(known: Mapping[str, Mapping[str, Any]], given: Mapping[str, str], prefix: str) -> list[str]:
    """The problems of the values, a line each. Raises for a malformed address, which has its own message."""
    found = []
    for name, value in given.items():
        if name not in known:
            found.append(f"{prefix}{name}: {_UNKNOWN}")
        elif value and name != "sub":
            if name == "email" and not looks_like_email(value):
                raise refusals.malformed_email()
            if name == "phone_number" and not looks_like_phone(value):
                raise InvalidParameterException("Invalid phone number format.")
            problem = _CHECKS[known[name]["AttributeDataType"]](known[name], value)
            found += [f"{prefix}{name}: {problem}"] if problem else []
    return found


def _string_problem(entry: Mapping[str, Any], value: str) -> str | None:
    # AWS unknown: the message of SignUp and UpdateUserAttributes for a string of the wrong length.
    limits = entry.get("StringAttributeConstraints") or {}
    low, high = int(limits.get("MinLength", 0)), int(limits.get("MaxLength", 2048))
    if len(value) < low:
        return f"String must be at least {low} characters long"
    if len(value) > high:
        return f"String must be no longer than {high} characters"
    return None


def _number_problem(entry: Mapping[str, Any], value: str) -> str | None:
    # AWS unknown: the message of SignUp and UpdateUserAttributes for a number that is malformed or out of range.
    limits = entry.get("NumberAttributeConstraints") or {}
    if not _NUMBER.fullmatch(value):
        return "Value is not a number"
    if "MinValue" in limits and Decimal(value) < Decimal(limits["MinValue"]):
        return f"Number must be greater than or equal to {limits['MinValue']}"
    if "MaxValue" in limits and Decimal(value) > Decimal(limits["MaxValue"]):
        return f"Number must be less than or equal to {limits['MaxValue']}"
    return None


def _boolean_problem(_entry: Mapping[str, Any], value: str) -> str | None:
    return None if value.lower() in {"true", "false"} else "Value is not true or false"


def _datetime_problem(_entry: Mapping[str, Any], value: str) -> str | None:
    # AWS unknown: the formats that SignUp and UpdateUserAttributes accept for a DateTime. Here they are ISO 8601 and
    # epoch seconds.
    if _NUMBER.fullmatch(value):
        return None
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return "Value is not a date and time"
    return None


_CHECKS: dict[str, Callable[[Mapping[str, Any], str], str | None]] = {
    "String": _string_problem,
    "Number": _number_problem,
    "Boolean": _boolean_problem,
    "DateTime": _datetime_problem,
}


def _normal(entry: Mapping[str, Any], value: str) -> str:
    """The stored form of a value: booleans in lower case, though "True" is accepted."""
    return value.lower() if entry["AttributeDataType"] == "Boolean" else value
