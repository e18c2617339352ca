"""Import jobs: their states, and UserImportJobType."""

# AWS unknown: the messages of LimitExceededException in CreateUserImportJob, of PreconditionNotMetException in
# StartUserImportJob and StopUserImportJob (except that for a file that was not uploaded), and of
# UserImportInProgressException.

from __future__ import annotations

from typing import Any

from emulator.context import Context
from emulator.domain.imports import presigned
from emulator.faults import (
    LimitExceededException,
    PreconditionNotMetException,
    ResourceNotFoundException,
    UserImportInProgressException,
)
from keys import entropy
from storage.records.events import ImportJob
from storage.records.pools import Pool

ACTIVE = ("Pending", "InProgress", "Stopping")
SUCCEEDED = "Import Job Completed Successfully."
TOO_MANY = "Too many users have failed or been skipped during the import."
STOPPED = "The Import Job was stopped by the developer."
_EXPIRED = "The user import job has expired."
_MOST_JOBS = 1_000
_LIFETIME = 24 * 3_600
_ID_LENGTH = 10
_COUNTERS = ("ImportedUsers", "SkippedUsers", "FailedUsers")


def created(context: Context, pool: Pool, settings: dict[str, Any]) -> ImportJob:
    """Store and return a new job, in status Created, which waits for its file and for `start`.

    `settings` are the members of UserImportJobType beyond the id, status and dates. Raises LimitExceededException if
    the pool has too many jobs.
    """
    if context.unit.import_jobs.count(pool.id) >= _MOST_JOBS:
        raise LimitExceededException(f"A user pool cannot have more than {_MOST_JOBS} user import jobs.")
    job_id = f"import-{entropy.mixed_alnum(context.world.entropy, _ID_LENGTH)}"
    settings = settings | dict.fromkeys(_COUNTERS, 0)
    return context.unit.import_jobs.add(ImportJob(job_id, pool.id, "Created", settings, context.now))


def find(context: Context, pool: Pool, job_id: str) -> ImportJob:
    """The job of a pool with that id. Raises ResourceNotFoundException."""
    job = context.unit.import_jobs.get(job_id)
    if job is None or job.pool_id != pool.id:
        # AWS unknown: the message of ResourceNotFoundException when DescribeUserImportJob, StartUserImportJob or
        # StopUserImportJob gets an unknown JobId.
        raise ResourceNotFoundException(f"User import job {job_id} does not exist.")
    return expired(context, job)


def expired(context: Context, job: ImportJob) -> ImportJob:
    """The job with its current status, which is not stored here: Expired if it was not started within a day.

    AWS gives a job one to two days.
    """
    if job.status != "Created" or context.now < job.created + _LIFETIME:
        return job
    return _ended(job, "Expired", _EXPIRED, job.created + _LIFETIME)


def shown(context: Context, job: ImportJob) -> dict[str, Any]:
    """UserImportJobType. Its PreSignedUrl is at this server, under the host that the caller used."""
    return {
        "JobId": job.id,
        "UserPoolId": job.pool_id,
        "PreSignedUrl": presigned.url(context, job),
        "CreationDate": job.created,
        "Status": job.status,
        **job.settings,
    }


def start(context: Context, pool: Pool, job: ImportJob) -> ImportJob:
    """Set a job to Pending, and return it; `jobs/imports.py` runs it.

    Raises PreconditionNotMetException if the job was started or has ended, has no file, the pool verifies no attribute
    automatically, or another job of any pool is active.
    """
    if job.status != "Created":
        raise PreconditionNotMetException(f"User import job {job.id} cannot be started: its status is {job.status}.")
    if not pool.settings.get("AutoVerifiedAttributes"):
        raise PreconditionNotMetException(f"The user pool {pool.id} has no auto-verified attributes.")
    if not context.unit.store.uploads.exists(context.unit, job):
        raise PreconditionNotMetException(f"No csv file was uploaded for {job.id}")
    context.unit.lock("active import job")
    if context.unit.import_jobs.with_status(*ACTIVE):
        raise PreconditionNotMetException("Another user import job is in progress. Only one can be active at a time.")
    settings = {**job.settings, "StartDate": context.now}
    return context.unit.import_jobs.change(job, status="Pending", settings=settings)


def stop(context: Context, job: ImportJob) -> ImportJob:
    """Stop a job, and return it: Stopped if it was Pending, else Stopping, until its next batch is due.

    Raises PreconditionNotMetException for a job that is not running.
    """
    if job.status not in ("Pending", "InProgress"):
        raise PreconditionNotMetException(f"User import job {job.id} cannot be stopped: its status is {job.status}.")
    if job.status == "Pending":
        return end(context, job, "Stopped", STOPPED)
    return context.unit.import_jobs.change(job, status="Stopping")


def counted(job: ImportJob, imported: int, skipped: int, failed: int) -> dict[str, Any]:
    """A job's settings, with its counters increased by these numbers of rows."""
    more = zip(_COUNTERS, (imported, skipped, failed), strict=True)
    return job.settings | {name: job.settings[name] + number for name, number in more}


def finish(context: Context, job: ImportJob) -> ImportJob:
    """End a job that has processed all rows, and return it: Succeeded, or Failed if most rows were not imported."""
    # AWS unknown: how many skipped and failed rows make an import job Failed. A published job with 32 of 46
    # rows skipped or failed was Failed. Here it is more rows than were imported.
    imported, skipped, failed = (job.settings[name] for name in _COUNTERS)
    if skipped + failed > imported:
        return end(context, job, "Failed", TOO_MANY)
    return end(context, job, "Succeeded", SUCCEEDED)


def end(context: Context, job: ImportJob, status: str, message: str) -> ImportJob:
    """End a job with that status and CompletionMessage, return it as stored, and delete its file after the commit."""
    job = _ended(job, status, message, context.now)
    context.afterwards.append(context.unit.store.uploads.delete_csv(context.unit, job))
    return context.unit.import_jobs.change(job, status=job.status, settings=job.settings)


def refuse_while_running(context: Context, pool: Pool) -> None:
    """Raise UserImportInProgressException while users are imported into the pool: see `is_running`."""
    if is_running(context, pool):
        raise UserImportInProgressException(f"A user import job is in progress for user pool {pool.id}.")


def is_running(context: Context, pool: Pool) -> bool:
    """Whether a job of the pool is Pending, InProgress or Stopping."""
    return any(job.pool_id == pool.id for job in context.unit.import_jobs.with_status(*ACTIVE))


def expire(context: Context, limit: int) -> int:
    """End at most `limit` jobs that were not started in time, and delete their uploads. Returns how many."""
    waiting = context.unit.import_jobs.with_status("Created")
    over = [job for job in waiting if expired(context, job).status == "Expired"][:limit]
    for job in over:
        end(context, job, "Expired", _EXPIRED)
    return len(over)


def sweep(context: Context) -> None:
    """Delete interrupted uploads, and files of jobs that no longer exist, after the commit: when a process starts."""
    uploads = context.unit.store.uploads
    gone = {job_id for job_id in uploads.job_ids() if context.unit.import_jobs.get(job_id) is None}
    context.afterwards.append(lambda: uploads.sweep(gone))


def _ended(job: ImportJob, status: str, message: str, when: float) -> ImportJob:
    settings = {**job.settings, "CompletionDate": when, "CompletionMessage": message}
    return ImportJob(job.id, job.pool_id, status, settings, job.created, job.progress)
