"""The background job of a user import: it reads the CSV file and adds users, batch by batch.

A batch is one transaction: its users, the counters, and the offset in the file. So no row is imported twice and none is
lost if the process is killed, and the job resumes at the offset: at the next start, or soon in another process that
works on the same database. Rows are validated and passwords hashed before the transaction begins, so that it holds the
write lock only while it writes. One process at a time works on a job, by a claim.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import BinaryIO, TypeVar

from emulator import work
from emulator.context import Context
from emulator.domain.accounts import accounts
from emulator.domain.imports import import_files, import_jobs, import_rows, new_accounts
from emulator.domain.imports.import_files import Line
from emulator.faults import InvalidParameterException
from emulator.outside import claims
from emulator.outside.claims import Claim, ClaimLost
from emulator.outside.world import World
from emulator.settings import Settings
from storage.failures import DatabaseUnusable
from storage.records.events import ImportJob
from storage.records.pools import Pool
from storage.records.users import User
from storage.store import Store

log = logging.getLogger("cognito_emulator")
T = TypeVar("T")

BATCH = 100
_BROKEN = "The import failed; the log of the emulator says how."
_UNREADABLE = "The CSV file cannot be parsed: its header is not UTF-8 text."
_TOO_LONG = f"The CSV file cannot be parsed: its header is longer than {import_files.LONGEST_ROW} characters."
_TOO_MANY_ROWS = "The CSV file has more than 500000 rows."
_EXISTS = "The user already exists."


class JobLost(Exception):
    """The job or its pool was deleted: this run ends."""


def launch(context: Context, job: ImportJob) -> None:
    """Run a job in the background, after the commit; it starts at the beginning or resumes."""
    run = Run(context.unit.store, context.world, context.settings, job.id)
    context.afterwards.append(lambda: context.world.background.begin(run))


def resume(context: Context) -> None:
    """At start-up: resume the jobs that the end of the last process interrupted, and delete files without a job."""
    import_jobs.sweep(context)
    for job in context.unit.import_jobs.with_status(*import_jobs.ACTIVE):
        launch(context, job)


def take_over(context: Context) -> None:
    """Resume the jobs that nobody works on."""
    for job in context.unit.import_jobs.with_status(*import_jobs.ACTIVE):
        if not context.unit.claims.is_taken(claims.of_import(job.id)):
            launch(context, job)


class Run:
    """A run of one job, for `Background`: call it once. It returns when the job has ended or the server stops.

    It does nothing if somebody else works on the job.
    """

    _claim: Claim

    def __init__(self, store: Store, world: World, settings: Settings, job_id: str) -> None:
        self._store = store
        self._world = world
        self._settings = settings
        self._job_id = job_id

    def __call__(self) -> None:
        """Run the job. An unexpected exception is logged and fails the job; an unusable database pauses it."""
        try:
            with self._world.claims.held(claims.of_import(self._job_id)) as claim:
                if claim:
                    self._claim = claim
                    self._work_or_fail()
        except (JobLost, ClaimLost):
            log.info("import %s is gone, or in other hands", self._job_id)
        except DatabaseUnusable as error:
            log.error("import %s rests %s: %s", self._job_id, self._settings.resting, error)

    def _work_or_fail(self) -> None:
        try:
            self._work()
        except (JobLost, DatabaseUnusable):
            raise
        except Exception:
            log.exception("import %s failed: a mistake of the emulator, please report it", self._job_id)
            self._unit(lambda context: self._fail(context, _BROKEN))

    def _work(self) -> None:
        job = self._unit(self._job, writes=False)
        if job.status in ("Pending", "InProgress"):
            with self._store.uploads.opened(job) as file:
                job = self._run_batches(file)
        if job.status == "Stopping":
            job = self._unit(self._stopped)
        if job.status not in import_jobs.ACTIVE:
            self._report(job)

    def _run_batches(self, file: BinaryIO) -> ImportJob:
        job = self._unit(lambda context: self._begin_job(context, file))
        if job.status == "InProgress":
            lines = import_files.lines(file, job.progress["offset"], job.progress["line"])
            while job.status == "InProgress" and not self._world.background.stopping.is_set():
                job = self._batch(job, lines)
        return job

    def _begin_job(self, context: Context, file: BinaryIO) -> ImportJob:
        """Read the header and set the job to InProgress, or to Failed if the file cannot be imported."""
        job = self._job(context)
        if job.status != "Pending":
            return job
        head = next(import_files.lines(file), Line(1, 0, ""))
        columns = import_files.fields(head.text or "")
        problem = self._file_problem(context, job, file, head, columns)
        if problem:
            return self._fail(context, problem)
        progress = {"columns": columns, "offset": head.end, "line": 2, "log": 0}
        return context.unit.import_jobs.change(job, status="InProgress", progress=progress)

    def _file_problem(
        self, context: Context, job: ImportJob, file: BinaryIO, head: Line, columns: Sequence[str]
    ) -> str | None:
        """Why the file cannot be imported, or None."""
        if head.text is None:
            return _TOO_LONG if head.is_too_long else _UNREADABLE
        schema = [entry["Name"] for entry in self._pool(context, job).settings["SchemaAttributes"]]
        has_hashes = "PasswordHashingAlgorithm" in job.settings
        problem = import_files.header_problem(columns, import_files.header(schema), has_hashes=has_hashes)
        if problem is None and import_files.count(file) > import_files.MOST_ROWS:
            return _TOO_MANY_ROWS
        return problem

    def _batch(self, job: ImportJob, lines: Iterator[Line]) -> ImportJob:
        """Import the next rows; return the changed job."""
        batch = list(islice(lines, BATCH))
        pool = self._unit(lambda context: self._pool(context, job), writes=False)
        rows = self._prepare(pool, job, batch)
        return self._unit(lambda context: self._write(context, pool, job, batch, rows))

    def _prepare(self, pool: Pool, job: ImportJob, batch: Sequence[Line]) -> list[User | str]:
        """A user for each line that is not blank, or the reason why the row fails. Reads only."""

        def prepare(context: Context) -> list[User | str]:
            return [_user(context, pool, job, line) for line in batch if line.text != ""]

        return self._unit(prepare, writes=False)

    def _write(
        self, context: Context, pool: Pool, before: ImportJob, batch: Sequence[Line], rows: Sequence[User | str]
    ) -> ImportJob:
        """Add the users of a batch, and update the job. Raises JobLost if somebody else has advanced the job."""
        job = self._job(context)
        if job.status != "InProgress":
            return job
        if job.progress != before.progress:
            raise JobLost
        if not batch:
            return import_jobs.finish(context, job)
        users = [row for row in rows if isinstance(row, User)]
        verdicts = iter(new_accounts.add(context, pool, users))
        outcomes = [_outcome(pool, next(verdicts)) if isinstance(row, User) else ("FAILED", row) for row in rows]
        numbers = [line.number for line in batch if line.text != ""]
        notes = [
            f"[{word}] Line Number {number} - {reason}"
            for number, (word, reason) in zip(numbers, outcomes, strict=True)
        ]
        count = Counter(word for word, _ in outcomes)
        progress = job.progress | {"offset": batch[-1].end, "line": batch[-1].number + 1}
        progress["log"] = self._store.uploads.append_log(context.unit, job, job.progress["log"], notes)
        settings = import_jobs.counted(job, count["SUCCEEDED"], count["SKIPPED"], count["FAILED"])
        return context.unit.import_jobs.change(job, settings=settings, progress=progress)

    def _stopped(self, context: Context) -> ImportJob:
        return import_jobs.end(context, self._job(context), "Stopped", import_jobs.STOPPED)

    def _fail(self, context: Context, message: str) -> ImportJob:
        return import_jobs.end(context, self._job(context), "Failed", message)

    def _job(self, context: Context) -> ImportJob:
        job = context.unit.import_jobs.get(self._job_id)
        if job is None:
            raise JobLost
        return job

    def _pool(self, context: Context, job: ImportJob) -> Pool:
        pool = context.unit.pools.get(job.pool_id)
        if pool is None:
            raise JobLost
        return pool

    def _unit(self, function: Callable[[Context], T], *, writes: bool = True) -> T:
        return work.run_job(self._store, self._world, self._settings, function, writes=writes, claim=self._claim)

    def _report(self, job: ImportJob) -> None:
        """Log how the job ended, and where its own log is."""
        counts = ", ".join(
            f"{job.settings[name]} {word}"
            for name, word in (("ImportedUsers", "imported"), ("SkippedUsers", "skipped"), ("FailedUsers", "failed"))
        )
        where = self._store.uploads.where_log_is(job)
        log.info("import %s pool=%s %s: %s; see %s", job.id, job.pool_id, job.status, counts, where)


def _user(context: Context, pool: Pool, job: ImportJob, line: Line) -> User | str:
    """The user of a row, or the reason why the row fails."""
    if line.text is None:
        return line.problem
    columns, values = job.progress["columns"], import_files.fields(line.text)
    if len(values) != len(columns):
        return f"The row has {len(values)} values, but the header has {len(columns)} columns."
    try:
        row = dict(zip(columns, values, strict=True))
        return import_rows.user(context, pool, row, job.settings.get("PasswordHashingAlgorithm"))
    except InvalidParameterException as refusal:
        return " ".join(str(refusal).split())


def _outcome(pool: Pool, rival: str | None) -> tuple[str, str]:
    """The result and the text in the job's log for a row's user. `rival`: the kind of name that is taken."""
    if rival is None:
        return "SUCCEEDED", "The import succeeded."
    if rival == "username" or rival in (pool.settings.get("UsernameAttributes") or []):
        return "SKIPPED", _EXISTS
    # AWS unknown: how a user import job treats a row whose e-mail address or phone number is an alias of another user.
    # Here the row fails.
    return "FAILED", accounts.TAKEN.format(kind=rival)
