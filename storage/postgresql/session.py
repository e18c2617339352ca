"""A transaction on PostgreSQL that sends what nobody waits for together with the next statement."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg.pq.abc import PGresult
from sqlalchemy import Connection, Executable, Table, literal, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError

from storage.failures import Contended
from storage.postgresql.constraints import refusal, unique
from storage.postgresql.driver import LimitedConnection
from storage.postgresql.statements import Asked, Statement
from storage.prepared import Prepared
from storage.read_ahead import Ahead, ReadAhead
from storage.violations import UniqueViolation
from storage.written import Done, Written

if TYPE_CHECKING:
    from storage.postgresql.database import PostgreSQL

log = logging.getLogger("cognito_emulator")
_BEGIN = {
    True: Statement(text("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE")),
    False: Statement(text("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")),
}
"""By whether the unit writes. Units that read see the database as of one moment; those that write take row locks."""
_COMMIT = Statement(text("COMMIT"))
_LOCK = Statement(text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"))
_MOST = 100
"""How many statements wait to be sent with the next one."""


class Session:
    """A transaction, rolled back unless committed. It begins with its first statement, in the same round trip."""

    def __init__(self, database: PostgreSQL, writes: bool) -> None:
        self._database = database
        self._pooled = database.connect()
        self._waiting = [Asked(_BEGIN[writes])]
        if self.driver.pooler:
            self._waiting += database.limits
        self._following: list[Ahead] = []
        self._has_begun = False
        self._ahead = ReadAhead()

    @property
    def connection(self) -> Connection:
        """The connection for statements that SQLAlchemy runs."""
        self.send()
        return self._connection

    @property
    def driver(self) -> LimitedConnection:
        """The connection of the driver."""
        connection: Any = self._pooled.driver_connection
        return connection  # type: ignore[no-any-return]

    def rows(self, query: Prepared, parameters: Mapping[str, Any]) -> Sequence[Sequence[Any]]:
        """The rows of a query."""
        if self._is_heard:
            return self.connection.execute(query.statement, parameters).all()
        if self._ahead and (found := self._found_ahead(query, parameters)) is not None:
            return found
        if query.locks:
            self._ahead.clear()
        statement = _of(query.statement)
        return statement.rows(self._ask(Asked(statement, statement.values(parameters))), self.driver.transformer)

    def also(
        self, query: Prepared, parameters: Mapping[str, Any], then: Callable[[Sequence[Sequence[Any]]], None]
    ) -> None:
        """Run a query together with the next statement, and hand its rows to `then`, before that returns."""
        self._waiting.append(self._also(query, parameters, then))

    def read_ahead(self, ahead: Ahead, *, after: bool) -> None:
        """Run a query together with the next statement, before or `after` it, and keep its rows for what it answers."""
        if self._is_heard:
            return
        if after:
            self._following.append(ahead)
        else:
            self.also(ahead.query, ahead.parameters, self._ahead.keeping(ahead))

    def write(self, statement: Executable | Prepared, parameters: Any = None) -> Written:
        """Run an INSERT, UPDATE or DELETE. Raises `UniqueViolation` and `StaleRead`.

        PostgreSQL ends a transaction at the first error. So a prepared INSERT of one row does nothing if there is a
        conflict, which is looked for afterwards.
        """
        self._ahead.clear()
        if isinstance(statement, Prepared):
            if statement.inserts_into is not None:
                return self._insert(statement.inserts_into, parameters)
            if not self._is_heard:
                return self._run(_of(statement.statement, tuple(parameters)), parameters)
        told: Executable = statement.statement if isinstance(statement, Prepared) else statement
        try:
            return self.connection.execute(told, parameters, execution_options={"preserve_rowcount": True})
        except IntegrityError as error:
            raise refusal(error.orig) or error from error

    def write_unread(self, statement: Prepared, parameters: Mapping[str, Any]) -> None:
        """Run a statement together with the next one, or the commit, which raise what it raises.

        An INSERT of a row that a unique constraint refuses ends the transaction.
        """
        if self._is_heard:
            self.write(statement, parameters)
            return
        self._ahead.clear()
        names = tuple(parameters)
        table = statement.inserts_into
        compiled = _of(statement.statement, names) if table is None else _unread_insert(table, names)
        self._waiting.append(Asked(compiled, compiled.values(parameters)))
        if len(self._waiting) >= _MOST:
            self.send()

    def lock(self, *name: object) -> None:
        """Hold this name until the end of the transaction, from the next statement on, which waits for it."""
        self._ahead.clear()
        self._waiting.append(Asked(_LOCK, _LOCK.values({"name": repr(name)})))

    def commit(self) -> None:
        """Commit. Raises what the statements raise that were not sent yet."""
        if not self._has_begun:
            self.send()  # what is sent first may be sent twice
        [*_, ended] = self._exchange(Asked(_COMMIT))
        if ended.command_status != b"COMMIT":
            raise psycopg.errors.InFailedSqlTransaction(
                "a transaction in which a statement had failed was to be committed"
            )

    def send(self) -> None:
        """Run what waits to be sent."""
        if self._waiting:
            self._exchange()

    def send_last(self) -> None:
        """Run the one query that waits, without BEGIN and, at the end, ROLLBACK."""
        del self._waiting[:-1]
        self.send()

    def close(self) -> None:
        """Roll back what was not committed, and return the connection to the pool, which sends the ROLLBACK."""
        if "_connection" in self.__dict__:
            self._connection.close()
        else:
            self._pooled.close()

    @cached_property
    def _connection(self) -> Connection:
        return Connection(self._database.engine, connection=self._pooled)

    @property
    def _is_heard(self) -> bool:
        """Whether somebody listens to SQLAlchemy's statements."""
        return bool(self._database.engine.dispatch.before_cursor_execute)

    def _found_ahead(self, query: Prepared, parameters: Mapping[str, Any]) -> Sequence[Sequence[Any]] | None:
        if self._ahead.awaits(query):
            self.send()
        return self._ahead.take(query, parameters)

    def _also(
        self, query: Prepared, parameters: Mapping[str, Any], then: Callable[[Sequence[Sequence[Any]]], None]
    ) -> Asked:
        statement = _of(query.statement)
        values = statement.values(parameters)
        return Asked(statement, values, lambda result: then(statement.rows(result, self.driver.transformer)))

    def _ask(self, asked: Asked) -> PGresult:
        """The result of a statement. What is to be read ahead after it follows it, in the same round trip."""
        following = [self._also(each.query, each.parameters, self._ahead.keeping(each)) for each in self._following]
        self._following.clear()
        return self._exchange(asked, *following)[-1 - len(following)]

    def _run(self, statement: Statement, parameters: Mapping[str, Any]) -> Written:
        result = self._ask(Asked(statement, statement.values(parameters)))
        rows = statement.rows(result, self.driver.transformer)
        return Done(result.command_tuples or 0, rows[0] if rows else None)

    def _insert(self, table: Table, values: dict[str, Any]) -> Written:
        if self._is_heard:
            done = self.connection.execute(_insert_if_new(table), values)
            inserted: Written = Done(done.rowcount, done.inserted_primary_key if done.rowcount else None)
        else:
            inserted = self._run(_of(_insert_if_new(table), tuple(values)), values)
        if inserted.rowcount == 0:
            raise self._conflict(table, values)
        return inserted

    def _conflict(self, table: Table, values: dict[str, Any]) -> Exception:
        """Which constraint refused a row; `Contended` when the row in its way has just been deleted."""
        for of, columns in unique().values():
            if of == table.name and all(values.get(name) is not None for name in columns):
                query = select(literal(1)).where(*(table.c[name] == values[name] for name in columns))
                if self.connection.execute(query).first():
                    return UniqueViolation(of, columns)
        return Contended()

    def _exchange(self, *asked: Asked) -> list[PGresult]:
        """Send what waits and these statements, and wait for the results. Replaces a connection that was broken."""
        sent = [*self._waiting, *asked]
        self._waiting.clear()
        try:
            results = self._sent(sent)
        except psycopg.IntegrityError as error:
            failed = IntegrityError("a prepared statement", None, error)
            raise refusal(error) or failed from failed
        self._has_begun = True
        for each, result in zip(sent, results, strict=True):
            if each.then:
                each.then(result)
        return results

    def _sent(self, sent: Sequence[Asked]) -> list[PGresult]:
        timeouts = self._database.timeouts
        try:
            return self.driver.exchange(sent)
        except psycopg.OperationalError as error:
            if self._has_begun or not self._is_broken(error):
                raise
            self._pooled.invalidate(error)
            self._database.forget_connections(timeouts)
        except (psycopg.errors.InvalidSqlStatementName, psycopg.errors.DuplicatePreparedStatement) as error:
            self._do_without_names(error)
            return self.driver.exchange(sent)
        self._pooled = self._database.connect()
        return self.driver.exchange(sent)

    def _do_without_names(self, error: psycopg.Error) -> None:
        """Have all connections send statements whole, since a pooler loses them, and roll back.

        Raises `Contended` if the transaction is to be run again from its start.
        """
        pooler = self.driver.pooler
        if pooler is None:
            raise error
        if pooler.keeps_statements:
            pooler.keeps_statements = False
            log.warning(
                "the pooler between this server and the database loses prepared statements, so each is sent whole from "
                "now on, which takes longer (docs/scale.md, PgBouncer)"
            )
        if self._has_begun:
            raise Contended from error
        self.driver.rollback()

    def _is_broken(self, error: psycopg.OperationalError) -> bool:
        return self.driver.closed or error.diag.severity_nonlocalized == "FATAL"


@cache
def _of(statement: Executable, names: tuple[str, ...] | None = None) -> Statement:
    return Statement(statement, names)


@cache
def _unread_insert(table: Table, names: tuple[str, ...]) -> Statement:
    return Statement(insert(table).inline(), names)


@cache
def _insert_if_new(table: Table) -> Executable:
    return insert(table).on_conflict_do_nothing().execution_options(preserve_rowcount=True)
