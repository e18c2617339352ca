"""JSON that many calls share: parsed once, and read-only, since a change by one call would be seen by all others."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any, NoReturn


def _refuse(*_given: object, **_named: object) -> NoReturn:
    raise TypeError("these settings are shared by all calls: make a changed copy of them")


class ReadOnlyDict(dict[str, Any]):
    """A dict that cannot be changed. `copy`, `|` and `{**…}` make an ordinary dict of it."""

    __setitem__ = __delitem__ = __ior__ = _refuse
    update = setdefault = pop = popitem = clear = _refuse

    def __copy__(self) -> dict[str, Any]:
        """An ordinary dict."""
        return self.copy()

    def __deepcopy__(self, memo: dict[int, Any]) -> dict[str, Any]:
        """An ordinary dict, whose members can be changed too."""
        return {name: _copied(value, memo) for name, value in self.items()}


class ReadOnlyList(list[Any]):
    """A list that cannot be changed. `copy`, `+` and `[*…]` make an ordinary list of it."""

    __setitem__ = __delitem__ = __iadd__ = __imul__ = _refuse
    append = extend = insert = remove = pop = clear = sort = reverse = _refuse

    def __copy__(self) -> list[Any]:
        """An ordinary list."""
        return self.copy()

    def __deepcopy__(self, memo: dict[int, Any]) -> list[Any]:
        """An ordinary list, whose elements can be changed too."""
        return [_copied(value, memo) for value in self]


def _copied(value: Any, memo: dict[int, Any]) -> Any:
    return value.__deepcopy__(memo) if isinstance(value, ReadOnlyDict | ReadOnlyList) else value


@lru_cache(maxsize=256)
def parsed(text: str) -> Any:
    """The value of a JSON text, with read-only objects and arrays. Cached: a pool's settings take 20 µs and more."""
    return read_only(json.loads(text))


def read_only(value: Any) -> Any:
    """A read-only copy of a value of JSON."""
    if isinstance(value, dict):
        return ReadOnlyDict({name: read_only(member) for name, member in value.items()})
    if isinstance(value, list):
        return ReadOnlyList([read_only(element) for element in value])
    return value
