"""The address that the file of an import job is uploaded to: presigned as S3's are, and at this server.

What signs it is the vault's key, so nothing of it is kept, and nobody can make one up.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import urlencode

from emulator.context import Context
from emulator.durations import iso
from emulator.faults import AccessDenied, EntityTooLarge, MissingContentLength, SignatureDoesNotMatch
from storage.records.events import ImportJob

BUCKET = "aws-cognito-idp-user-import"
"""What the paths of these addresses begin with, as those of a bucket do."""
LIFETIME = 900
LARGEST = 100 * 1024 * 1024
"""Seconds that an address is good for, and how large a file may be (AWS: "The maximum CSV file size is 100 MB")."""
_SIGNATURE = "X-Amz-Signature"
_ENCRYPTION = "x-amz-server-side-encryption"
_WRONG = (
    "The request signature we calculated does not match the signature you provided. Check your key and signing method."
)


def url(context: Context, job: ImportJob) -> str:
    """The address for a job's file, for 15 minutes from the job's creation on."""
    when, region = _stamp(job), job.pool_id.partition("_")[0]
    query = {
        "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
        "X-Amz-Date": when,
        "X-Amz-SignedHeaders": f"host;{_ENCRYPTION}",
        "X-Amz-Expires": LIFETIME,
        "X-Amz-Credential": f"{context.settings.account_id}/{when[:8]}/{region}/s3/aws4_request",
        _SIGNATURE: _signature(context, job),
    }
    return f"{context.origin.base_url}/{BUCKET}/{job.pool_id}/{job.id}?{urlencode(query)}"


def check(
    context: Context, pool_id: str, job_id: str, query: Mapping[str, str], headers: Mapping[str, str]
) -> ImportJob:
    """The job whose file somebody may upload now. Raises what S3 answers to an address that is not good.

    S3 holds callers to the headers that were signed, so an upload without `x-amz-server-side-encryption: aws:kms` is
    refused. Unlike AWS: the name of the host is not signed, so the address may be reached by another; and once the job
    has started nothing more is taken, which nobody would read.
    """
    job = context.unit.import_jobs.get(job_id)
    if job is None or job.pool_id != pool_id or not _is_signed(context, job, query):
        raise SignatureDoesNotMatch(_WRONG, "no such job, or another signature")
    if context.now >= job.created + LIFETIME:
        ends = {"X-Amz-Expires": str(LIFETIME), "Expires": iso(job.created + LIFETIME), "ServerTime": iso(context.now)}
        raise AccessDenied("Request has expired", extra=ends)
    if headers.get(_ENCRYPTION) != "aws:kms":
        raise SignatureDoesNotMatch(_WRONG, f"the signed header {_ENCRYPTION}: aws:kms is missing")
    if job.status != "Created":
        raise AccessDenied("Access Denied", f"the job is {job.status}")
    return job


def check_size(length: int | None) -> None:
    """Refuse a body that is too large or of unknown size, in S3's words."""
    if length is None:
        raise MissingContentLength("You must provide the Content-Length HTTP header.")
    if length > LARGEST:
        sizes = {"ProposedSize": str(length), "MaxSizeAllowed": str(LARGEST)}
        raise EntityTooLarge("Your proposed upload exceeds the maximum allowed size", extra=sizes)


def _is_signed(context: Context, job: ImportJob, query: Mapping[str, str]) -> bool:
    given = query.get(_SIGNATURE, "").encode("utf-8", "replace")
    return hmac.compare_digest(given, _signature(context, job).encode()) and query.get("X-Amz-Date") == _stamp(job)


def _signature(context: Context, job: ImportJob) -> str:
    return context.vault.mac(f"import upload {job.pool_id} {job.id} {_stamp(job)}".encode()).hex()


def _stamp(job: ImportJob) -> str:
    return datetime.fromtimestamp(job.created, UTC).strftime("%Y%m%dT%H%M%SZ")
