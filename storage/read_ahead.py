"""Rows that a session has read before it was asked for them, since they came in the same round trip as others."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from msgspec import Struct

from storage.prepared import Prepared

Rows: TypeAlias = Sequence[Sequence[Any]]


class Ahead(Struct, frozen=True):
    """A query to run ahead, whose rows are those that `answers` will be asked for, with the parameters `asked`.

    `asked` may be told by the rows; it returns None where they do not tell.
    """

    query: Prepared
    parameters: Mapping[str, Any]
    answers: Prepared
    asked: Callable[[Rows], Mapping[str, Any] | None]


class ReadAhead:
    """Rows by query and parameters. Each is taken once."""

    def __init__(self) -> None:
        self._found: dict[tuple[Prepared, tuple[Any, ...]], Rows] = {}
        self._awaited: list[Prepared] = []

    def __bool__(self) -> bool:
        return bool(self._found or self._awaited)

    def awaits(self, query: Prepared) -> bool:
        """Whether rows of this query have not come yet."""
        return query in self._awaited

    def keeping(self, ahead: Ahead) -> Callable[[Rows], None]:
        """What keeps the rows when they come, unless everything was cleared meanwhile."""
        awaited = self._awaited
        awaited.append(ahead.answers)

        def keep(rows: Rows) -> None:
            asked = ahead.asked(rows)
            if awaited is self._awaited:
                awaited.remove(ahead.answers)
                if asked is not None:
                    self._found[_key(ahead.answers, asked)] = rows

        return keep

    def take(self, query: Prepared, parameters: Mapping[str, Any]) -> Rows | None:
        """The rows of a query, None if they were not read ahead."""
        return self._found.pop(_key(query, parameters), None)

    def clear(self) -> None:
        """Forget everything: what was read may be out of date."""
        if self:
            self._found.clear()
            self._awaited = []


def _key(query: Prepared, parameters: Mapping[str, Any]) -> tuple[Prepared, tuple[Any, ...]]:
    return query, tuple(parameters.values())
