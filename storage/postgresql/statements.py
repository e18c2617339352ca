"""Statements that are compiled once, and run by libpq as prepared statements of the server.

To run a compiled statement, SQLAlchemy takes ten times as long as libpq, and psycopg's cursors three times.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

import psycopg
from psycopg.pq import ExecStatus, Format
from psycopg.pq.abc import PGresult
from sqlalchemy import JSON, Boolean, Double, Float, LargeBinary
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.types import TypeEngine

from storage.column_types import Configuration, Converter, converted
from storage.read_only import parsed

_DIALECT: Any = PGDialect_psycopg(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]
_OIDS: dict[type, int] = {Boolean: 16, LargeBinary: 17, Double: 701, Float: 701}
"""PostgreSQL's numbers of the types that SQLAlchemy casts parameters to nowhere in its SQL (`pg_type.dat`)."""
_TEXT = 25
"""The number of `text`, of which a column of `json` has the bytes."""


class Statement:
    """SQL with numbered parameters. With `names`, an INSERT or UPDATE of these columns."""

    def __init__(self, statement: Any, names: Collection[str] | None = None) -> None:
        self.compiled: Any = statement.compile(dialect=_DIALECT, column_keys=names)
        self.sql = str(self.compiled).encode()
        self._names: Sequence[str] = self.compiled.positiontup or ()
        self._binds = [(name, *_conversion(self.compiled.binds[name].type)) for name in self._names]
        types = [self.compiled.binds[name].type for name in self._names]
        self.oids = [_oid(kind) for kind in types]
        self.name = _name(self.sql, self.oids)
        self.formats = [Format.BINARY if isinstance(kind, LargeBinary) else Format.TEXT for kind in types]
        binds = self.compiled.binds.items()
        self._oids_of_rows: list[int] | None = None
        self._literals = {name: bind.value for name, bind in binds if not bind.required}

    def values(self, parameters: Mapping[str, Any]) -> list[bytes | None]:
        """The parameters as they are sent. Raises DataError where PostgreSQL cannot store a text."""
        given = {**self._literals, **parameters} if self._literals else parameters
        return [
            _dumped(given[name] if convert is None else convert(given[name]), dump)
            for name, convert, dump in self._binds
        ]

    def rows(self, result: PGresult, transformer: Any) -> Sequence[Sequence[Any]]:
        """All rows of a result."""
        if result.status != ExecStatus.TUPLES_OK:
            return ()
        transformer.set_pgresult(result, set_loaders=False)
        transformer.set_loader_types(self._read_as(result), Format.BINARY)
        rows: Sequence[Sequence[Any]] = transformer.load_rows(0, result.ntuples, tuple)
        return converted(rows, self._columns)

    def _read_as(self, result: PGresult) -> Sequence[int]:
        """The types as which psycopg is to read the columns: those of the result, but text for what `parsed` reads."""
        if self._oids_of_rows is None:
            texts = {index for index, convert in self._columns if convert is parsed}
            self._oids_of_rows = [_TEXT if n in texts else result.ftype(n) for n in range(result.nfields)]
        return self._oids_of_rows

    @cached_property
    def _columns(self) -> list[tuple[int, Converter]]:
        """The columns whose values are converted, by their index. psycopg reads bytes and JSON itself."""
        statement = self.compiled.statement
        columns = statement.selected_columns if statement.is_select else self.compiled.effective_returning
        kinds = [_converter(column.type) for column in columns or ()]
        return [(index, convert) for index, convert in enumerate(kinds) if convert]


class Asked(NamedTuple):
    """A statement with its parameters, and who is told the result when it has run."""

    statement: Statement
    values: Sequence[bytes | None] = ()
    then: Callable[[PGresult], None] | None = None


def _name(sql: bytes, oids: Sequence[int]) -> bytes:
    """The name among the prepared statements of a connection.

    A pooler may mix up the statements of several processes: the same name must be the same statement in all of them.
    """
    return b"cognito_" + hashlib.blake2b(b"%b %a" % (sql, oids), digest_size=16).hexdigest().encode()


def _oid(kind: TypeEngine[Any]) -> int:
    return next((oid for known, oid in _OIDS.items() if isinstance(kind, known)), 0)


def _conversion(kind: TypeEngine[Any]) -> tuple[Converter | None, Converter | None]:
    """What SQLAlchemy does with a parameter of this type, and what makes bytes of that, unless its own type tells."""
    convert = kind.dialect_impl(_DIALECT).bind_processor(_DIALECT)
    return convert, _dump_json if isinstance(kind, JSON) else None


def _converter(kind: TypeEngine[Any]) -> Converter | None:
    """What makes a value of a column's type of what psycopg gives; None where they are the same."""
    if isinstance(kind, Configuration):
        return parsed
    if isinstance(kind, LargeBinary):
        return None
    converter: Converter | None = kind.dialect_impl(_DIALECT).result_processor(_DIALECT, _OIDS[Double])
    return converter


def _dump_json(wrapped: Any) -> bytes:
    return json.dumps(wrapped.obj).encode()


def _dump_text(text: str) -> bytes:
    data = text.encode()
    if b"\0" in data:  # libpq would cut it off there
        raise psycopg.DataError("PostgreSQL text fields cannot contain NUL (0x00) bytes")
    return data


def _dump_number(number: float) -> bytes:
    return repr(number).encode()


_DUMPS: dict[type, Converter] = {
    str: _dump_text,
    int: _dump_number,
    float: _dump_number,
    bool: lambda value: b"t" if value else b"f",
    bytes: lambda value: value,
}


def _dumped(value: Any, dump: Converter | None) -> bytes | None:
    if value is None:
        return None
    if dump is None:
        dump = _DUMPS.get(type(value)) or next(_DUMPS[kind] for kind in type(value).__mro__ if kind in _DUMPS)
    data: bytes = dump(value)
    return data
