"""Units of work: each a transaction, or several one after the other, with a repository for each aggregate."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Self

from sqlalchemy import CursorResult, Executable, Table

from storage import failures
from storage.database import Session
from storage.prepared import Prepared
from storage.read_ahead import Ahead
from storage.repositories.repositories import Repositories
from storage.tables.schema import all_tables
from storage.violations import ReadsOnly
from storage.written import Written

if TYPE_CHECKING:
    from storage.store import Store

BEGINNINGS = itertools.count(1)
"""What comes later in this process has a greater number. Atomic."""


class Unit(Repositories):
    """A unit of work, with a repository for each aggregate.

    `generation` is incremented whenever the connection is released: what was read before may have changed since.
    `now` is the time of the changes in the history. Whoever opens the unit sets it, or a `clock`, since storage reads
    none of its own: with a clock, each transaction that writes has the time at which it began. With SQLite it has the
    write lock by then, so that the times of changes are in the order of their numbers, however long a call was without
    a connection; with PostgreSQL, the times of units that run side by side may be in another order.
    `repeatable` says that the unit has done nothing yet that must not be done twice.
    """

    now = 0.0
    began = 0
    """The number, counted in this process, that was drawn from `BEGINNINGS` just before the transaction began."""
    clock: Callable[[], float] | None = None
    keeps_connection = False
    """Whether what is slow is done within the transaction, which is to be one: for whoever applies many changes."""

    def __init__(self, store: Store, writes: bool, configures: bool = True) -> None:
        self.store = store
        self.writes = writes
        is_serial = store.database.is_serial
        self.view = store.remembered.view(
            sees_one_moment=is_serial or not writes, takes=is_serial or not (writes and configures)
        )
        """What the unit may take of the records that earlier units have read."""
        self.configures = configures
        self.written = False
        self.generation = 0
        self.repeatable = True
        self.reads_ahead = not is_serial  # `read_ahead` saves round trips, of which SQLite has none
        self.before_commit: list[Callable[[Unit], None]] = []
        """Called in order in each transaction that has written, just before its commit. Raising rolls back."""
        self._late: list[tuple[Prepared, Mapping[str, Any]]] = []
        self._held: set[tuple[object, ...]] = set()
        self._open: Session | None = None
        self._is_settled = not self.view.settles
        """Whether `view` need not be told any more that the snapshot has begun."""

    def __enter__(self) -> Self:
        """Begin the work, which is committed at the end of the context, and rolled back on an exception.

        Raises what `Store.unit` raises, and so does the end of the context.
        """
        if self.store.on_state and not self.view.assumed:
            try:
                self._session()
            except BaseException as error:
                self._end(error)
                raise
        return self

    def __exit__(self, _kind: object, error: BaseException | None, _traceback: object) -> None:
        """Commit or roll back. An error of the database is translated. Raises as `confirm` does."""
        try:
            if error is None:
                self.commit()
            elif isinstance(error, Exception) and not failures.is_of_database(error):
                self.confirm()
        except BaseException as failed:
            self._end(failed)
            raise
        if error:
            self._end(error)

    def _end(self, error: BaseException) -> None:
        """Roll back because of an error, and raise it if it is one that `failures` translates."""
        try:
            self.close()
        except Exception as failed:
            failures.translate(failed)
            raise
        if isinstance(error, Exception):
            failures.translate(error)

    def read(self, statement: Executable, parameters: Any = None) -> CursorResult[Any]:
        """Run a query."""
        found = self._session().connection.execute(statement, parameters)
        if not self._is_settled:
            self._settle()
        return found

    def rows(self, query: Prepared, parameters: Mapping[str, Any]) -> Sequence[Sequence[Any]]:
        """Run a query that is built and compiled once, and return its rows."""
        found = (self._open or self._session()).rows(query, parameters)
        if not self._is_settled:
            self._settle()
        return found

    def take_early(self) -> None:
        """Take remembered records before the first statement, which raises StaleRead if they have changed meanwhile.

        To be called before a new unit begins, which has to be run again then. Where units that write run one after the
        other, one takes records under the write lock, whatever this says: while it waits for the lock, others change
        what it would have taken before.
        """
        if not (self.writes and self.store.database.is_serial):
            self.view.take_early()

    def take_nothing_early(self) -> None:
        """Call in a unit that has done nothing yet, and is not to be run again. Raises StaleRead for the last time."""
        self.view.take_nothing_early()
        self.confirm()

    def confirm(self, *, ends: bool = False) -> None:
        """Make sure that what the unit has assumed is so, before it does something outside of the database.

        Raises StaleRead if it is not. If the transaction `ends` with that, a unit that has read nothing needs none.
        """
        if self.view.assumed:
            if ends and self._open is None and not self.writes:
                self._session().send_last()
            else:
                self._session().send()
            self.view.check()

    def take(self, table: Table, key: Hashable) -> Any:
        """A record that an earlier unit has read under this key, None if this unit has to read it."""
        if self.writes and self._open is None and not self.view.assumed:
            self._session()
        return self.view.take(table, key)

    def also(
        self, query: Prepared, parameters: Mapping[str, Any], then: Callable[[Sequence[Sequence[Any]]], None]
    ) -> None:
        """Run a query, and hand its rows to `then`: with PostgreSQL, in one round trip with the next statement."""
        self._session().also(query, parameters, then)

    def read_ahead(self, make: Callable[[], Ahead], *, after: bool = False) -> None:
        """Run a query together with the next statement, and keep its rows for `rows`, until the unit writes or locks.

        For what is asked for in any case. With `after`, it runs after that statement, which may be one that locks.
        """
        if self.reads_ahead:
            self._session().read_ahead(make(), after=after)

    def write(self, statement: Executable | Prepared, parameters: Any = None) -> Written:
        """Run an INSERT, UPDATE or DELETE. Raises `UniqueViolation` and `StaleRead` when a constraint fails."""
        return self._writing(statement).write(statement, parameters)

    def write_unread(self, statement: Prepared, parameters: Mapping[str, Any]) -> None:
        """Run a statement whose result the unit does not need, and which no constraint should refuse.

        On PostgreSQL, it is sent together with the next statement or with the commit, which raises what `write` raises.
        """
        self._writing(statement).write_unread(statement, parameters)

    def write_late(self, statement: Prepared, parameters: Mapping[str, Any]) -> None:
        """Run a statement that changes what many units change, such as a counter.

        Where units run side by side, it runs just before the commit, so that others wait briefly for the row lock.
        """
        if self.store.database.is_serial:
            self.write(statement, parameters)
        else:
            self._writing(statement)
            self._late.append((statement, parameters))

    def insert(self, table: Table) -> Any:
        """An INSERT with the `on_conflict_do_…` methods, in the dialect of this database."""
        return self.store.database.insert(table)

    def lock(self, *name: object) -> None:
        """In a unit that writes, wait until no other such unit holds this name, and hold it until the end of the unit.

        The next statement waits, in the same round trip; a unit that has none holds nothing. For rules over several
        rows, which neither a row lock nor a constraint protects. Does nothing with SQLite.
        """
        if self.writes and name not in self._held:
            self._session().lock(*name)
            self._held.add(name)

    @contextmanager
    def released(self, *, acts: bool = False) -> Iterator[None]:
        """Release the connection during something slow (a hash, a call to another server).

        What was read before may be out of date afterwards: the next query begins a new transaction. `acts` says that
        it must not be done twice, such as calling a function. Raises `RuntimeError` when the unit has written already,
        since half of the unit would be committed. With `keeps_connection`, the connection is not released.
        """
        if self.keeps_connection:
            self.confirm()
            self.repeatable = self.repeatable and not acts
            yield
            return
        if self.written:
            raise RuntimeError("a unit was to be released after it had written")
        self.confirm(ends=True)
        self.repeatable = self.repeatable and not acts
        self.close()
        yield

    def commit(self) -> None:
        """Commit, and return the connection to the pool. Raises as `confirm` does."""
        self.confirm(ends=True)
        if self._open and self.written:
            self.write_pending()
            for check in self.before_commit:
                check(self)
            self.view.commit(self._open.commit, self.announce_configuration)
            self.repeatable = False
        self.written = False
        self.close()

    def close(self) -> None:
        """Roll back what was not committed, and return the connection to the pool.

        The unit can be used again: the next query begins a new transaction.
        """
        session, self._open = self._open, None
        if session or self.view.has_taken:
            self.generation += 1
        self.view.end()
        self._is_settled = not self.view.settles
        if session:
            session.close()
        self.forget_journal()  # what a transaction has recorded, the next one may have to record again
        self.written = False
        self._late.clear()
        self._held.clear()

    def delete_everything(self) -> None:
        """Delete all rows of all tables, except for the check of the data key and the state of the server."""
        self.write_pending()
        for table in reversed(all_tables()):
            if table.name not in {"key_checks", "server_state"}:
                self.write(table.delete())

    def write_pending(self) -> None:
        """Run the statements of `write_late` now, since the unit reads what they change."""
        if self._late:
            statements, self._late = self._late, []
            for statement, parameters in statements:
                self.write_unread(statement, parameters)

    def follow(self) -> None:
        """Read the row of `server_state`, and pass it to `Store.on_state`."""
        if self.store.on_state:
            state = self.server_state.get()
            if state and not self.view.assumed:
                self.store.on_state(self, state)
            self.view.follow(state)

    def _writing(self, statement: Executable | Prepared) -> Session:
        if not self.writes:
            raise ReadsOnly("a unit that reads was asked to write")
        session = self._session()
        self.view.change(statement)
        self.written = True
        return session

    def _session(self) -> Session:
        if self._open is None:
            if self.generation and self.store.while_released:
                self.store.while_released()
            self.began = next(BEGINNINGS)
            if not self.writes:
                self.view.begin()
            self._open = self.store.database.session(self.writes)
            if self.writes:
                self.view.begin()
                self._settle()
            if self.view.assumed:
                self.server_state.hear(self.view.follow)
            else:
                self.follow()
            if self.writes and self.clock:
                self.now = self.clock()
        return self._open

    def _settle(self) -> None:
        self._is_settled = True
        self.view.settle()
