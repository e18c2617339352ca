"""What a statement that writes has done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol


class Written(Protocol):
    """The result of an INSERT, UPDATE or DELETE."""

    @property
    def rowcount(self) -> int:
        """The number of rows."""

    @property
    def inserted_primary_key(self) -> Sequence[Any] | None:
        """The primary key of the row that was inserted, where the database has made it."""


class Done(NamedTuple):
    """The result of a statement that the driver ran."""

    rowcount: int
    inserted_primary_key: Sequence[Any] | None
