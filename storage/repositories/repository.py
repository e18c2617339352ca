"""The base classes of all repositories: queries in a unit of work, and the conversion of rows to records."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Column, ColumnElement, Integer, Select, Table, bindparam, func, select, tuple_

from storage import paging
from storage.paging import Page
from storage.prepared import Prepared
from storage.read_ahead import Ahead
from storage.remembered.records import TABLES

if TYPE_CHECKING:
    from storage.unit import Unit

R = TypeVar("R")
D = TypeVar("D", bound=Struct)


@cache
def _every(table: Table, columns: tuple[str, ...]) -> Select[Any]:
    """The SELECT of these columns. Cached, since building the query takes longer than running the query."""
    return select(*(table.c[name] for name in columns))


@cache
def matching(table: Table, columns: tuple[str, ...], names: tuple[str, ...]) -> Prepared:
    """The SELECT of the rows whose columns `names` equal the parameters of the same names. Cached, as above."""
    return Prepared(filtered(table, columns, names))


@cache
def filtered(table: Table, columns: tuple[str, ...], names: tuple[str, ...]) -> Select[Any]:
    """As `matching`, to be passed to `_page`, which prepares it."""
    return _every(table, columns).where(*(table.c[name] == bindparam(name) for name in names))


@cache
def inserting(table: Table) -> Prepared:
    """The INSERT of a row."""
    return Prepared(table.insert())


@cache
def changing(table: Table, *names: str) -> Prepared:
    """The UPDATE of the rows whose columns `names` equal the parameters `this_…` of the same names."""
    return Prepared(table.update().where(*_these(table, names)))


@cache
def deleting(table: Table, *names: str) -> Prepared:
    """The DELETE of such rows."""
    return Prepared(table.delete().where(*_these(table, names)))


def _these(table: Table, names: tuple[str, ...]) -> list[ColumnElement[bool]]:
    return [table.c[name] == bindparam(f"this_{name}") for name in names]


def _paged(query: Select[Any], columns: tuple[Column[Any], ...], newest_first: bool, resumes: bool) -> Select[Any]:
    """`query` in the order of `columns`, which it also selects; with `resumes`, after the row `after_0`, …"""
    if resumes:
        after = [bindparam(f"after_{number}", type_=column.type) for number, column in enumerate(columns)]
        here: Any = tuple_(*columns) if len(columns) > 1 else columns[0]
        there: Any = tuple_(*after) if len(columns) > 1 else after[0]
        query = query.where(here < there if newest_first else here > there)
    labelled = [column.label(f"key_{column.name}") for column in columns]
    order = [column.desc() for column in columns] if newest_first else columns
    return query.add_columns(*labelled).order_by(*order).limit(bindparam("limit", type_=Integer))


@cache
def _prepared_page(query: Select[Any], columns: tuple[Column[Any], ...], newest_first: bool, resumes: bool) -> Prepared:
    return Prepared(_paged(query, columns, newest_first, resumes))


@cache
def upsert(insert: Callable[[Table], Any], table: Table, names: tuple[str, ...], keys: tuple[str, ...]) -> Prepared:
    """Insert a row of the columns `names`, or replace the one that has the same values in `keys`. Cached, as above."""
    statement = insert(table)
    changes = {name: statement.excluded[name] for name in names}
    return Prepared(statement.on_conflict_do_update(index_elements=keys, set_=changes))


class Repository(Generic[R]):
    """A table, and the record class of its rows. Each repository sets `table`, `record` and `columns`.

    In a unit that writes, a row that is read by its key stays locked until the end of the unit, so that what the unit
    writes follows from what it has read. (With SQLite, units that write run one after the other.) The rows of `shared`
    repositories, such as pools and clients, are read by most units and changed by few: only units that configure lock
    these rows.

    The records of some tables are remembered for later units (`storage/remembered`).
    """

    shared = False

    table: Table
    record: Callable[..., R]
    columns: tuple[str, ...]

    def __init__(self, unit: Unit) -> None:
        self.unit = unit
        self._is_remembered = self.table.name in TABLES and (unit.store.database.is_serial or not self._locks)

    def _select(self) -> Select[Any]:
        return _every(self.table, self.columns)

    def _one(self, **wanted: Any) -> R | None:
        """The record whose columns equal the given values, None if there is no such row."""
        if not self._is_remembered:
            return self._read_one(wanted)
        key = ("one", *wanted.items())
        found: R | None = self._taken(self.table, key)
        if found is None:
            found = self._read_one(wanted)
            self._keep(self.table, key, found)
        return found

    def _read_one(self, wanted: dict[str, Any]) -> R | None:
        return self._sole(matching(self.table, self.columns, tuple(wanted)), wanted)

    def _taken(self, table: Table, key: Hashable) -> Any:
        """What an earlier unit has kept under this key; None if the unit has to read it (`storage/remembered`)."""
        return self.unit.take(table, key) if self._is_remembered else None

    def _keep(self, table: Table, key: Hashable, found: Any) -> None:
        """Let later units take what this one has read of a table: something immutable. Nothing is not kept."""
        if found and self._is_remembered:
            self.unit.view.keep(table, key, found)

    def _read_ahead(self, **wanted: Any) -> None:
        """Read what `_one` or `_every` will return together with the next statement, where that saves a round trip."""
        if self.unit.reads_ahead and not self._locks and not self._is_at_hand(wanted):
            self.unit.read_ahead(lambda: self._ahead(wanted))

    def _is_at_hand(self, wanted: dict[str, Any]) -> bool:
        """Whether an earlier unit has kept what `_one` or `_every` will return."""
        return any(self._taken(self.table, (kind, *wanted.items())) for kind in ("one", "every"))

    def _ahead(self, wanted: dict[str, Any]) -> Ahead:
        query = matching(self.table, self.columns, tuple(wanted))
        return Ahead(query, wanted, query, lambda _rows: wanted)

    @property
    def _locks(self) -> bool:
        """Whether this unit locks the rows that it reads one by one."""
        return self.unit.writes and (self.unit.configures or not self.shared)

    def _every(self, **wanted: Any) -> list[R]:
        """All records whose columns equal the given values."""
        if not self._is_remembered:
            return self._read_every(wanted)
        key = ("every", *wanted.items())
        taken: tuple[R, ...] | None = self._taken(self.table, key)
        if taken is not None:
            return [*taken]
        found = self._read_every(wanted)
        self._keep(self.table, key, tuple(found))
        return found

    def _read_every(self, wanted: dict[str, Any]) -> list[R]:
        return self._found(matching(self.table, self.columns, tuple(wanted)), wanted)

    def _found(self, query: Prepared, parameters: Mapping[str, Any]) -> list[R]:
        return [self.record(*row) for row in self.unit.rows(query, parameters)]

    def _sole(self, query: Prepared, parameters: Mapping[str, Any]) -> R | None:
        """The record of a query that has one row at most, locked where this unit locks."""
        rows = self.unit.rows(query.locked if self._locks else query, parameters)
        return self.record(*rows[0]) if rows else None

    def _all(self, query: Select[Any]) -> list[R]:
        return [self.record(*row) for row in self.unit.read(query)]

    def _insert(self, record: Struct, *, drawn: bool) -> None:
        """Insert a record. If its key was `drawn` at random, nobody waits for the result (`Unit.write_unread`)."""
        write = self.unit.write_unread if drawn else self.unit.write
        write(inserting(self.table), values_of(record))

    def _put(self, values: dict[str, Any], *keys: str) -> None:
        """Insert a row, or replace the one that has the same values in the columns `keys`."""
        insert = self.unit.store.database.insert
        self.unit.write_unread(upsert(insert, self.table, tuple(values), keys), values)

    def _sweep(self, moment: Column[Any], before: float, limit: int, *where: ColumnElement[bool]) -> int:
        """Delete up to `limit` rows whose `moment` is before `before`, oldest first. Returns how many were deleted."""
        keys = self.table.primary_key.columns
        old = select(*keys).where(moment < before, *where)
        # As a CTE, which is evaluated once. PostgreSQL may evaluate a subquery for each row, and delete too many.
        oldest = old.order_by(moment).limit(limit).with_for_update(skip_locked=True).cte("oldest", nesting=True)
        return self.unit.write(self.table.delete().where(tuple_(*keys).in_(select(*oldest.c)))).rowcount

    def _page(
        self,
        query: Select[Any],
        scope: str,
        token: str | None,
        limit: int,
        *keys: str | Column[Any],
        newest_first: bool = False,
        wanted: Mapping[str, Any] | None = None,
    ) -> Page[R]:
        """A page of `query`, ordered by the columns `keys`. The last of these columns is unique within the query.

        Pass the columns of the index that the query uses (in a join, those of the joined table), since otherwise SQLite
        sorts all rows. `newest_first` reverses the order. `wanted` has the parameters of a query that is `filtered`.
        """
        vault = self.unit.store.vault
        columns = tuple(self.table.c[key] if isinstance(key, str) else key for key in keys)
        after = paging.position(vault, scope, token)
        parameters: dict[str, Any] = {f"after_{number}": value for number, value in enumerate(after or ())}
        parameters["limit"] = limit + 1
        found: Sequence[Any]
        if wanted:
            page_query = _prepared_page(query, columns, newest_first, after is not None)
            found = self.unit.rows(page_query, parameters | dict(wanted))
        else:
            found = self.unit.read(_paged(query, columns, newest_first, after is not None), parameters).all()
        width = len(self.columns)
        page = paging.cut(vault, scope, found, limit, lambda row: list(row[width:]))
        return Page([self.record(*row[:width]) for row in page.items], page.token)


class KeyedRepository(Repository[D]):
    """A repository whose records have exactly the columns of the table, and are identified by its primary key."""

    def add(self, record: D) -> D:
        """Insert a record. Raises `UniqueViolation` when one of its keys is in use."""
        self.unit.write(inserting(self.table), values_of(record))
        return record

    def change(self, record: D, **changes: Any) -> D:
        """Update the columns named in `changes`, and return the changed record."""
        self.unit.write(changing(self.table, *self._key), self._same(record) | changes)
        return replace(record, **changes)

    def delete(self, record: D) -> bool:
        """Delete a record. False when the record did not exist any more."""
        return self.unit.write(deleting(self.table, *self._key), self._same(record)).rowcount == 1

    @property
    def _key(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.table.primary_key.columns)

    def _same(self, record: D) -> dict[str, Any]:
        return {f"this_{name}": getattr(record, name) for name in self._key}

    def _count(self, **wanted: Any) -> int:
        where = [self.table.c[name] == value for name, value in wanted.items()]
        return int(self.unit.read(select(func.count()).select_from(self.table).where(*where)).scalar_one())


def values_of(record: Struct) -> dict[str, Any]:
    """The fields of a record by name. Unlike `asdict`, it copies no value."""
    return {name: getattr(record, name) for name in columns_of(type(record))}


def columns_of(record: type[Struct]) -> tuple[str, ...]:
    """The names of the fields of a record class, where these are the columns of the table."""
    return record.__struct_fields__  # `msgspec.structs.fields` also evaluates the annotations, at each start
