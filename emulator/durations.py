"""Parsing of the durations and times that the control endpoints accept."""

from __future__ import annotations

import re
from datetime import UTC, datetime

_UNITS = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}
_DURATION = re.compile(r"(?P<sign>[+-]?)(?P<parts>(?:[0-9]+(?:\.[0-9]+)?[dhms])+)")
_MOST = 100 * 366 * 86_400


def seconds(given: object) -> float:
    """The seconds in "2h30m" (units d h m s), or in a plain number. Raises ValueError with a text for the caller."""
    wrong = ValueError(f'{given!r} is not a duration such as "2h30m" (units d h m s) or a number of seconds')
    if isinstance(given, bool) or not isinstance(given, int | float | str):
        raise wrong
    if isinstance(given, str) and not re.fullmatch(r"[+-]?[0-9]+(\.[0-9]+)?", given):
        found = _DURATION.fullmatch(given.strip())
        if not found:
            raise wrong
        parts = re.findall(r"([\d.]+)([dhms])", found["parts"])
        total = sum(float(amount) * _UNITS[unit] for amount, unit in parts)
        given = -total if found["sign"] == "-" else total
    if isinstance(given, str):
        given = float(given)
    if not abs(given) <= _MOST:  # before `float`, which raises OverflowError for a long integer
        raise ValueError("that is more than a hundred years")
    return float(given)


def moment(given: object) -> float:
    """The epoch seconds of an ISO 8601 time such as "2030-01-01T00:00:00Z" (UTC if it names no zone).

    Raises ValueError with a text for the caller.
    """
    wrong = ValueError(f'{given!r} is not a moment such as "2030-01-01T00:00:00Z"')
    if not isinstance(given, str):
        raise wrong
    try:
        found = datetime.fromisoformat(given)
    except ValueError:
        raise wrong from None
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()


def iso(when: float) -> str:
    """A time as ISO 8601 in UTC, with milliseconds."""
    return datetime.fromtimestamp(when, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
