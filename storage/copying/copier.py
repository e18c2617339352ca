"""Copying all data of one database into another."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Literal, TypeVar

from msgspec import Struct
from sqlalchemy import Table

from keys.vault import Vault
from storage import database, key_check
from storage.copying import sqlite_files
from storage.copying.rows import TABLES, Source, Target, about, batches, count, greatest, number_of
from storage.failures import DatabaseUnusable

T = TypeVar("T")


class Copied(Struct, frozen=True):
    """How many rows were copied, by table, and how many bytes of files."""

    rows: dict[str, int]
    file_bytes: int


@contextmanager
def opened_source(place: database.Place) -> Iterator[Source]:
    """A snapshot of the database at a place, which must exist and is not changed. Raises `CannotCopy`."""
    with about("from"):
        if isinstance(place, Path):
            opening = sqlite_files.reading(place)
        else:
            database.check_driver()
            from storage.postgresql import copying

            opening = copying.reading(place)
    with _opened("from", opening) as found:
        yield found


@contextmanager
def opened_target(place: database.Place, vault: Vault) -> Iterator[Target]:
    """The empty database at a place, in a transaction. `vault` has the key of the source. Raises `CannotCopy`."""
    with about("to"):
        if isinstance(place, Path):
            opening = sqlite_files.making(place)
        else:
            database.check_driver()
            from storage.postgresql import copying

            opening = copying.filling(place, vault)
    with _opened("to", opening) as found:
        yield found


@contextmanager
def _opened(side: Literal["from", "to"], opening: AbstractContextManager[T]) -> Iterator[T]:
    """The context, of whose errors those of its beginning are about this side."""
    stack = ExitStack()
    with about(side):
        found = stack.enter_context(opening)
    try:
        yield found
    except BaseException:
        with suppress(Exception):  # a connection that broke, which is what is told, cannot be rolled back
            stack.close()
        raise
    with about(side):
        stack.close()


def check_key(source: Source, vault: Vault) -> None:
    """Raise `CannotCopy` when the vault's key is not the one of the source."""
    with about("from"):
        key_check.fits(source.connection, vault)


def copy(source: Source, target: Target) -> Copied:
    """Copy all rows and files, without committing. Raises `CannotCopy`, also when something is missing afterwards."""
    copied = Copied({table.name: _rows(source, target, table) for table in TABLES}, _files(source, target))
    for table in TABLES:
        _number_on(source, target, table)
    with about("to"):
        target.complete()
        for table in TABLES:
            _compare(table.name, copied.rows[table.name], count(target.connection, table))
        _compare("the files of imports", copied.file_bytes, target.file_bytes())
    return copied


def commit(target: Target) -> None:
    """Commit the copy. Raises `CannotCopy`."""
    with about("to"):
        target.commit()


def _rows(source: Source, target: Target, table: Table) -> int:
    copied = 0
    with about("from"):
        expected = count(source.connection, table)
        found = batches(source.connection, table, target.connection.dialect)
    while True:
        with about("from"):
            batch = next(found, None)
        if batch is None:
            break
        with about("to"):
            target.insert(table, batch)
        copied += len(batch)
    with about("from"):
        _compare(table.name, expected, copied)
    return copied


def _files(source: Source, target: Target) -> int:
    copied = 0
    blocks = source.blocks()
    while True:
        with about("from"):
            block = next(blocks, None)
        if block is None:
            return copied
        with about("to"):
            target.add(block)
        copied += len(block.content)


def _number_on(source: Source, target: Target, table: Table) -> None:
    """Have the target give no number again that the source has given, also to a row that was deleted since."""
    column = number_of(table)
    if column is None:
        return
    with about("from"):
        last = source.last_number(table)
    with about("to"):
        last = max(last, greatest(target.connection, column))
        if last:
            target.number_on(table, last)


def _compare(what: str, expected: int, found: int) -> None:
    if expected != found:
        raise DatabaseUnusable(f"{what}: {found} of {expected} arrived")
