"""Statements that are compiled once, and run by SQLite's driver."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cached_property
from typing import Any

from msgspec.json import Encoder
from sqlalchemy import JSON
from sqlalchemy.dialects.sqlite import dialect as sqlite_dialect
from sqlalchemy.types import TypeEngine

from storage.column_types import Configuration, Converter, converted
from storage.read_only import parsed

_DIALECT: Any = sqlite_dialect()
_parse: Callable[[str, int], tuple[Any, int]] = json.JSONDecoder().scan_once  # type: ignore[attr-defined]
"""`JSONDecoder.raw_decode` calls this, and adds what is of use for texts that may not be JSON."""
_encode = Encoder().encode
"""Takes a tenth of the time of `json`: a pool's settings are three kilobytes."""


class Statement:
    """SQL, and what makes its values of parameters. With `names`, an INSERT or UPDATE of these columns."""

    def __init__(self, statement: Any, names: Collection[str] | None = None) -> None:
        compiled = statement.compile(dialect=_DIALECT, column_keys=names)
        self.sql = str(compiled)
        self._statement = statement
        binds = compiled.binds
        self._binds: list[tuple[str, Converter | None]] = [
            (name, _binder(binds[name].type)) for name in compiled.positiontup
        ]
        self._literals = {name: bind.value for name, bind in binds.items() if not bind.required}
        """The values that the statement itself has, such as the 0 of SQLite's LIMIT ? OFFSET 0."""

    def values(self, parameters: Mapping[str, Any]) -> list[Any]:
        """The values in the order of their places in the SQL. Raises KeyError for a parameter that is missing."""
        given = {**self._literals, **parameters} if self._literals else parameters
        return [given[name] if convert is None else convert(given[name]) for name, convert in self._binds]

    def rows(self, found: Sequence[Sequence[Any]]) -> Sequence[Sequence[Any]]:
        """The rows that the driver found, with the values of columns converted, such as JSON."""
        return converted(found, self._columns)

    @cached_property
    def _columns(self) -> list[tuple[int, Converter]]:
        """The columns whose values are converted, by their index."""
        converters = [_converter(column.type) for column in self._statement.selected_columns]
        return [(index, convert) for index, convert in enumerate(converters) if convert]


def _binder(kind: TypeEngine[Any]) -> Converter | None:
    """What makes a parameter of a value of a column's type; None where they are the same."""
    binder: Converter | None = _implementation(kind).bind_processor(_DIALECT)
    if not isinstance(kind, Configuration) or binder is None:
        return binder
    lenient = binder

    def as_json(value: Any) -> str:
        try:
            return _encode(value).decode()
        except (TypeError, ValueError):  # a lone surrogate, which only `json` writes; or SQLAlchemy's JSON.NULL
            text: str = lenient(value)
            return text

    return as_json


def _converter(kind: TypeEngine[Any]) -> Converter | None:
    """What makes a value of a column's type of what SQLite gives; None where they are the same."""
    if isinstance(kind, Configuration):
        return parsed
    if isinstance(kind, JSON):
        return _from_json
    converter: Converter | None = _implementation(kind).result_processor(_DIALECT, None)
    return converter


def _from_json(text: str | None) -> Any:
    """The value of a stored JSON text, a third of the time of SQLAlchemy's converter: a page of users has 120 texts."""
    if text == "{}":
        return {}
    return None if text is None else _parse(text, 0)[0]


def _implementation(kind: TypeEngine[Any]) -> Any:
    """A column's type as SQLite has it."""
    return kind.dialect_impl(_DIALECT)
