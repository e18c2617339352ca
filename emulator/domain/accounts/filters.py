"""The filter of ListUsers: one condition, `name = "value"` or `name ^= "value"`."""

from __future__ import annotations

import re

from msgspec import Struct

from emulator.faults import InvalidParameterException

SEARCHABLE = frozenset(
    {
        "username",
        "email",
        "phone_number",
        "name",
        "given_name",
        "family_name",
        "preferred_username",
        "cognito:user_status",
        "status",
        "sub",
    }
)
_CASE_SENSITIVE = frozenset({"username", "status"})
_CONDITION = re.compile(
    r'\s*(?P<quote>"?)(?P<name>[\w:.-]+)(?P=quote)\s*(?P<operator>\^?=)\s*"(?P<value>(?:[^"\\]|\\.)*)"\s*', re.DOTALL
)


class Filter(Struct, frozen=True):
    """A condition: `operator` is "=" or "^=" (begins with)."""

    name: str
    operator: str
    value: str


def parse(text: str) -> Filter | None:
    """The condition of a filter; None for an empty one. Raises InvalidParameterException."""
    if not text.strip():
        return None
    found = _CONDITION.fullmatch(text)
    if found is None:
        # AWS unknown: the message of ListUsers for a filter with a syntax error.
        raise InvalidParameterException("Error while parsing filter.")
    if found["name"] not in SEARCHABLE:
        raise InvalidParameterException(f"Invalid search attribute: {found['name']}")
    return Filter(found["name"], found["operator"], re.sub(r"\\(.)", r"\1", found["value"], flags=re.DOTALL))


def key(condition: Filter) -> str:
    """The value of a condition, normalised for comparison: all but `username` and `status` ignore case, in every pool.

    The API reference says that these two are case-sensitive, AWS's guide that no search is.
    """
    if condition.name == "cognito:user_status":
        return condition.value.upper()
    return condition.value if condition.name in _CASE_SENSITIVE else fold(condition.value)


def fold(value: str) -> str:
    """An attribute's value in lower case, as ListUsers compares values whose letter case does not count."""
    return value.lower()
