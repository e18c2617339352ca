"""The presigned URL for the file of an import job: in S3's form, and at this server.

It is signed with the vault's key. So it need not be stored, and cannot be forged.
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
"""The first segment of the URL's path, the bucket in S3."""
LIFETIME = 900
LARGEST = 100 * 1024 * 1024
"""Seconds that a URL is valid, and the maximum bytes of a file (AWS: "The maximum CSV file size is 100 MB")."""
_SIGNATURE = "X-Amz-Signature"
_ENCRYPTION = "x-amz-server-side-encryption"
_WRONG = (
    "The request signature we calculated does not match the signature you provided. Check your key and signing method."
)


def url(context: Context, job: ImportJob) -> str:
    """The URL for a job's file. It is valid for 15 minutes after the job's creation."""
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
    """The job whose file may be uploaded with this request.

    Raises SignatureDoesNotMatch for an invalid URL, and for a request without the signed header
    `x-amz-server-side-encryption: aws:kms`; AccessDenied for an expired URL, and once the job was started.
    """
    # Unlike AWS: the PreSignedUrl of an import job does not sign the host, so that the server may be reached by
    # another name.
    job = context.unit.import_jobs.get(job_id)
    if job is None or job.pool_id != pool_id or not _is_signed(context, job, query):
        raise SignatureDoesNotMatch(_WRONG, "no such job, or another signature")
    if context.now >= job.created + LIFETIME:
        ends = {"X-Amz-Expires": str(LIFETIME), "Expires": iso(job.created + LIFETIME), "ServerTime": iso(context.now)}
        raise AccessDenied("Request has expired", extra=ends)
    if headers.get(_ENCRYPTION) != "aws:kms":
        raise SignatureDoesNotMatch(_WRONG, f"the signed header {_ENCRYPTION}: aws:kms is missing")
    # Unlike AWS: an upload to the PreSignedUrl of an import job is refused once the job has started. S3 accepts it.
    if job.status != "Created":
        raise AccessDenied("Access Denied", f"the job is {job.status}")
    return job


def check_size(length: int | None) -> None:
    """Raise EntityTooLarge for a Content-Length above LARGEST, and MissingContentLength without one."""
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
