"""Members of a request that the stored model lacks: those of an SDK that is newer than this emulator.

They are ignored, as AWS ignores what it does not know; whoever sent one is better told so in the log.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from functools import cache
from typing import Any, TypeAlias

from emulator.wire.model import Operation, Shape

Note: TypeAlias = Callable[[Operation, list[str]], None]
"""Is told of the unknown members in a request of an operation."""

_Finder: TypeAlias = "Callable[[Any, str], Iterator[str]]"
"""A value and its path -> the paths of the members in it that the model lacks."""

_LONGEST = 128
"""Characters of a member's name. Longer ones are of no model, and would fill the log."""


def members(shape: Shape, value: Any) -> list[str]:
    """The paths of unknown members, `Policies.PasswordPolicy.Newer`; items of lists and maps are not numbered."""
    found = _finder(shape)
    return list(found(value, "")) if found else []


def unknown(given: Mapping[str, Any], known: Collection[str]) -> list[str]:
    """The names in `given` that are not among those `known`, where they can be members and are not null."""
    return [name for name, value in given.items() if name not in known and value is not None and _is_name(name)]


def _is_name(name: str) -> bool:
    return len(name) <= _LONGEST and name.isascii() and name.isidentifier()


@cache
def _finder(shape: Shape) -> _Finder | None:
    """What looks into values of a shape; None where there is no structure in it."""
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
