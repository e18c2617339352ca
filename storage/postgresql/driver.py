"""A connection that sends several statements at once, and gives up when the server does not answer in time."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from functools import cached_property
from typing import Any

import psycopg
from psycopg import errors
from psycopg.adapt import Transformer
from psycopg.pq import ConnStatus, ExecStatus, Format, TransactionStatus
from psycopg.pq.abc import PGresult
from psycopg.waiting import Ready, Wait

from storage.postgresql.statements import Asked

_FAILED = {ExecStatus.FATAL_ERROR, ExecStatus.PIPELINE_ABORTED}
_AT_REST = {TransactionStatus.IDLE, TransactionStatus.UNKNOWN}


class Pooler:
    """A connection pooler such as PgBouncer, which answers in the place of the server, and what was found out about it.

    Between transactions it may exchange the connection to the server behind it for another one, with other prepared
    statements, and with other parameters of the session.
    """

    keeps_statements = True
    """Whether all statements that were run by their name were there. PgBouncer does not say how it is configured."""


class LimitedConnection(psycopg.Connection[Any]):
    """A connection that is closed when the server does not answer in time: it may be stopped, or cut off.

    Statements run by `exchange` go through libpq's pipeline mode: all are sent before the first answer is awaited.
    """

    patience: float | None = None
    """Seconds to wait for an answer, None without limit."""
    timed_out: Callable[[], None]
    """Called when the server did not answer in time."""
    pooler: Pooler | None = None
    """What is between this side and the server, None if nothing is."""
    _unread = False
    """Whether a ROLLBACK was sent whose answer was not read yet."""

    @cached_property
    def transformer(self) -> Any:
        """A Transformer of psycopg, which makes Python's values of PostgreSQL's."""
        return Transformer(self)

    @cached_property
    def _known(self) -> set[bytes]:
        """The names of the statements that the server has prepared."""
        return set()

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        """Wait for the server, at most for `patience`. Raises OperationalError, like a connection that broke."""
        try:
            return super().wait(gen, interval, self.patience if timeout is None else timeout)
        except errors._WaitTimeout as error:
            self.pgconn.finish()
            self.timed_out()
            raise psycopg.OperationalError("the server did not answer in time") from error

    def exchange(self, asked: Sequence[Asked]) -> list[PGresult]:
        """Run statements in one round trip, and return their results.

        Raises the error of the first one that fails. Those after it are not run then.
        """
        pgconn = self.pgconn
        by_name = self.pooler is None or self.pooler.keeps_statements
        preparing: list[bytes | None] = []
        """What each answer is to: the preparation of the statement of that name, or None."""
        try:
            if not self._unread:
                pgconn.enter_pipeline_mode()
            for statement, values, _ in asked:
                if not by_name:
                    pgconn.send_query_params(statement.sql, values, statement.oids, statement.formats, Format.BINARY)
                    preparing.append(None)
                    continue
                if statement.name not in self._known:
                    pgconn.send_prepare(statement.name, statement.sql, statement.oids)
                    self._known.add(statement.name)
                    preparing.append(statement.name)
                pgconn.send_query_prepared(statement.name, values, statement.formats, Format.BINARY)
                preparing.append(None)
            pgconn.pipeline_sync()
            answers = self.wait(self._answers(2 if self._unread else 1))
            self._unread = False
            pgconn.exit_pipeline_mode()
        except BaseException:
            pgconn.finish()  # nobody knows what is still to come
            raise
        for answer in answers:
            if answer.status == ExecStatus.FATAL_ERROR:
                pairs = zip(preparing, answers, strict=True)
                self._known.difference_update(name for name, each in pairs if name and each.status in _FAILED)
                raise errors.error_from_result(answer)
        if len(answers) == len(asked):
            return list(answers)
        return [answer for name, answer in zip(preparing, answers, strict=True) if name is None]

    def rollback(self) -> None:
        """End the transaction, if there is one. Does not wait for the answer, which the next statement reads."""
        if self._unread or self.pgconn.transaction_status in _AT_REST:
            return
        try:
            self.pgconn.enter_pipeline_mode()
            self.pgconn.send_query_params(b"ROLLBACK", None)
            self.pgconn.pipeline_sync()
            self._unread = True
        except psycopg.OperationalError:
            self.pgconn.finish()

    def commit(self) -> None:
        """Commit the transaction, if there is one."""
        self._read()
        super().commit()

    def cursor(self, *arguments: Any, **options: Any) -> Any:
        """A cursor of psycopg."""
        self._read()
        return super().cursor(*arguments, **options)

    def _read(self) -> None:
        """Read the answer to a ROLLBACK."""
        if self._unread:
            self.exchange(())

    def _answers(self, syncs: int) -> Generator[Wait, Ready, list[PGresult]]:
        """What is answered between the last two of so many synchronisations of the pipeline."""
        pgconn = self.pgconn
        answers: list[PGresult] = []
        while pgconn.flush():
            if (yield Wait.RW) & Ready.R:
                pgconn.consume_input()
        while True:
            yield Wait.R
            self._consume_after(answers)
            while not pgconn.is_busy():
                answer = pgconn.get_result()
                if answer is None:
                    if pgconn.status == ConnStatus.BAD:
                        raise psycopg.OperationalError("the connection is lost")
                elif answer.status != ExecStatus.PIPELINE_SYNC:
                    answers.append(answer)
                elif syncs > 1:
                    syncs -= 1
                    answers.clear()
                else:
                    return answers

    def _consume_after(self, answers: Sequence[PGresult]) -> None:
        """Read what has come. If the connection was closed, raises the error that was the reason."""
        try:
            self.pgconn.consume_input()
        except psycopg.OperationalError:
            for answer in answers:
                if answer.status == ExecStatus.FATAL_ERROR:
                    raise errors.error_from_result(answer) from None
            raise
