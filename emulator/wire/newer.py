"""Members of a request that the stored model lacks, as an SDK that is newer than this emulator sends them.

They are ignored, as AWS ignores unknown members, and a warning is logged.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from functools import cache
from typing import Any, TypeAlias

from emulator.wire.model import Operation, Shape

Note: TypeAlias = Callable[[Operation, list[str]], None]
"""A callback that gets the paths of the unknown members in a request of an operation."""

_Finder: TypeAlias = "Callable[[Any, str], Iterator[str]]"
"""(value, path) -> the paths of the unknown members within the value."""

_LONGEST = 128
"""The longest name that is reported. No model has longer ones, and they would fill the log."""


def members(shape: Shape, value: Any) -> list[str]:
    """The paths of unknown members, `Policies.PasswordPolicy.Newer`; items of lists and maps are not numbered."""
    found = _finder(shape)
    return list(found(value, "")) if found else []


def unknown(given: Mapping[str, Any], known: Collection[str]) -> list[str]:
    """The names in `given` that are not in `known`, except those that cannot be members or whose value is null."""
    return [name for name, value in given.items() if name not in known and value is not None and _is_name(name)]


def _is_name(name: str) -> bool:
    return len(name) <= _LONGEST and name.isascii() and name.isidentifier()


@cache
def _finder(shape: Shape) -> _Finder | None:
    """The compiled finder of a shape; None if the shape contains no structure."""
    match shape.kind:
        case "structure":
            return _in_structure(shape)
        case "list":
            return _in_items(_finder(shape.part("member")), lambda value: value if isinstance(value, list) else ())
        case "map":
            each = _finder(shape.part("value"))
            return _in_items(each, lambda value: value.values() if isinstance(value, dict) else ())
        case _:
            return None


def _in_structure(shape: Shape) -> _Finder:
    known = frozenset(shape.members)
    nested = {name: found for name, member in shape.members.items() if (found := _finder(member))}

    def find(value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, dict):
            return
        if not value.keys() <= known:
            yield from (at + name for name in unknown(value, known))
        for name in nested.keys() & value.keys():
            yield from nested[name](value[name], f"{at}{name}.")

    return find


def _in_items(each: _Finder | None, items: Callable[[Any], Any]) -> _Finder | None:
    if each is None:
        return None

    def find(value: Any, at: str) -> Iterator[str]:
        for item in items(value):
            yield from each(item, at)

    return find
