"""The column types of the tables: SQLAlchemy's, with what PostgreSQL needs to store and compare as SQLite does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from sqlalchemy import BigInteger, Dialect, TypeDecorator, types
from sqlalchemy.types import TypeEngine

Converter: TypeAlias = Callable[[Any], Any]
"""Makes a parameter of a value, or a value of what the driver found, such as JSON."""

Integer = types.Integer().with_variant(BigInteger(), "postgresql")
"""A number of 64 bits: counters of authenticators and times after 2038 need more than PostgreSQL's 32."""


class Configuration(types.JSON):
    """Settings that most calls read and few change. Rows that `Prepared` reads share them, read-only."""

    cache_ok = True


class String(TypeDecorator[str]):
    """Text that is compared by code point: SQLite's default, the collation C of PostgreSQL.

    PostgreSQL stores no U+0000, which callers may send as part of an attribute. There it is stored as U+0001 U+0001,
    and U+0001 as U+0001 U+0002, which keeps the order and the prefixes of texts.
    """

    impl = types.String
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The type of the column in that database."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(types.String(collation="C"))
        return dialect.type_descriptor(types.String())

    def bind_processor(self, dialect: Dialect) -> Callable[[str | None], Any] | None:
        """What a parameter passes; None for SQLite, where it costs nothing."""
        return _escaped if dialect.name == "postgresql" else None

    def result_processor(self, dialect: Dialect, _coltype: object) -> Callable[[Any], str | None] | None:
        """What a value of a row passes."""
        return _unescaped if dialect.name == "postgresql" else None


def converted(rows: Sequence[Sequence[Any]], columns: Sequence[tuple[int, Converter]]) -> Sequence[Sequence[Any]]:
    """The rows with the values of these columns converted. `columns`: indexes, with the converter of each."""
    if not columns:
        return rows
    lists = [list(row) for row in rows]
    for index, convert in columns:
        for row in lists:
            row[index] = convert(row[index])
    return lists


def _escaped(text: str | None) -> str | None:
    if text is None or ("\0" not in text and "\1" not in text):
        return text
    return text.replace("\1", "\1\2").replace("\0", "\1\1")


def _unescaped(text: str | None) -> str | None:
    if text is None or "\1" not in text:
        return text
    return text.replace("\1\1", "\0").replace("\1\2", "\1")
