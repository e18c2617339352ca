"""Attributes against a pool's schema: which there are, who may set them, and what they may hold.

Schemas are lists of SchemaAttributeType in API shape; attributes are dicts of strings without `sub`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

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
    """The attributes that a new user has: normalised, blank ones left out. Raises InvalidParameterException.

    Required ones may be missing where `require_all` is false: NEW_PASSWORD_REQUIRED will ask for them.
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
    """All attributes after a change; a blank value removes one. Raises InvalidParameterException.

    With `initial`, attributes that cannot be changed later may be given where there was none before.
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
    """Refuse to delete what does not exist in the schema, is required, or cannot be changed."""
    known, names = _by_name(schema), list(dict.fromkeys(names))
    _refuse(_CHANGED, [f"user.{name}: {_UNKNOWN}" for name in names if name not in known])
    for name in names:
        if known[name]["Required"]:
            raise InvalidParameterException(f"{_CHANGED}{name}: Required attribute cannot be deleted.")
        if not known[name]["Mutable"]:
            raise InvalidParameterException(f"{_CHANGED}user.{name}: Attribute cannot be updated.\n")


def check_known(schema: Schema, names: Collection[str]) -> None:
    """Refuse names that the schema lacks.

    AWS unknown: the words of ListUsers for a name in AttributesToGet that the schema lacks; here those for one that a
    listed user lacks.
    """
    unknown = [name for name in names if name not in _by_name(schema)]
    if unknown:
        raise InvalidParameterException(_NOT_THERE, f"the schema lacks {', '.join(unknown)}")


def check_there(names: Collection[str], present: Collection[str]) -> None:
    """Refuse AttributesToGet with a name that a listed user, who has the attributes `present`, lacks."""
    missing = [name for name in names if name not in present]
    if missing:
        raise InvalidParameterException(_NOT_THERE, f"a listed user lacks {', '.join(missing)}")


def looks_like_email(text: str) -> bool:
    """Whether a text has the form of an e-mail address. Control characters and invisible ones have no place in it."""
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
    """What is wrong with the values, a line each; an address of the wrong form is refused by itself."""
    found = []
    for name, value in given.items():
        if name not in known:
            found.append(f"{prefix}{name}: {_UNKNOWN}")
        elif value and name != "sub":
            if name == "email" and not looks_like_email(value):
                raise InvalidParameterException("Invalid email address format.")
            if name == "phone_number" and not looks_like_phone(value):
                raise InvalidParameterException("Invalid phone number format.")
            problem = _CHECKS[known[name]["AttributeDataType"]](known[name], value)
            found += [f"{prefix}{name}: {problem}"] if problem else []
    return found


def _string_problem(entry: Mapping[str, Any], value: str) -> str | None:
    """AWS unknown: the words for a string of the wrong length."""
    limits = entry.get("StringAttributeConstraints") or {}
    low, high = int(limits.get("MinLength", 0)), int(limits.get("MaxLength", 2048))
    if len(value) < low:
        return f"String must be at least {low} characters long"
    if len(value) > high:
        return f"String must be no longer than {high} characters"
    return None


def _number_problem(entry: Mapping[str, Any], value: str) -> str | None:
    """AWS unknown: the words for a number out of range, or that is none."""
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
    """AWS unknown: which forms a DateTime takes; ISO 8601 and epoch seconds are taken here."""
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
    """Booleans are kept in lower case; "True" is taken too."""
    return value.lower() if entry["AttributeDataType"] == "Boolean" else value
