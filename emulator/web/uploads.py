"""PUT of the file of an import job to its presigned URL, with S3's errors."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import IO
from xml.sax.saxutils import escape

from flask import Blueprint, Response, request

from emulator.context import Context
from emulator.dispatch import Dispatcher
from emulator.domain.imports import presigned
from emulator.faults import Fault, IncompleteBody
from emulator.web import request_origin
from keys import entropy
from storage.records.events import ImportJob

log = logging.getLogger("cognito_emulator")

_BLOCK = 1 << 16


def blueprint(dispatcher: Dispatcher) -> Blueprint:
    """The route of presigned URLs."""
    uploads = Blueprint("uploads", __name__)

    @uploads.put(f"/{presigned.BUCKET}/<pool_id>/<job_id>")
    def put_object(pool_id: str, job_id: str) -> Response:
        """Receive a file in blocks. The job has the file once it is complete."""
        arriving = _arriving()
        try:
            presigned.check_size(request.content_length)
            _receive(dispatcher, pool_id, job_id, arriving)
        except Fault as fault:
            for _ in arriving:  # or the server would read the rest into memory at once
                pass
            return _refusal(dispatcher, fault)
        return _answer(dispatcher, "", 200)

    return uploads


def _receive(dispatcher: Dispatcher, pool_id: str, job_id: str, arriving: Iterator[bytes]) -> None:
    """Write a file to disk, and give it to the job if the URL is still valid then."""

    def check(context: Context) -> ImportJob:
        return presigned.check(context, pool_id, job_id, request.args, _headers())

    origin = request_origin.read(request)
    job: ImportJob = dispatcher.work(False, origin, check)
    with dispatcher.store.uploads.receiving(job) as file:
        size = _written(file, arriving)
        dispatcher.work(
            True, origin, lambda context: context.unit.store.uploads.keep(context.unit, file, check(context))
        )
    log.info("import %s pool=%s uploaded: %d bytes", job.id, job.pool_id, size)


def _written(file: IO[bytes], arriving: Iterator[bytes]) -> int:
    size = 0
    for block in arriving:
        size += file.write(block)
    return size


def _headers() -> dict[str, str]:
    return {name.lower(): value for name, value in request.headers.items()}


def _arriving() -> Iterator[bytes]:
    """The body, in blocks. Raises IncompleteBody. Uploads have a size limit of their own, so Flask's does not apply."""
    left, stream = request.content_length or 0, request.environ["wsgi.input"]
    while left > 0:
        try:
            block: bytes = stream.read(min(left, _BLOCK))
        except OSError:
            block = b""
        if not block:
            raise IncompleteBody("You did not provide the number of bytes specified by the Content-Length HTTP header")
        left -= len(block)
        yield block


def _refusal(dispatcher: Dispatcher, fault: Fault) -> Response:
    """S3's error document."""
    dispatcher.refuse("PutObject", fault)
    error = {"Code": fault.code, "Message": fault.message or "", **fault.extra}
    request_id = entropy.uuid(dispatcher.world.entropy)
    members = "".join(f"<{name}>{escape(text)}</{name}>" for name, text in {**error, "RequestId": request_id}.items())
    return _answer(dispatcher, f'<?xml version="1.0" encoding="UTF-8"?>\n<Error>{members}</Error>', fault.status)


def _answer(dispatcher: Dispatcher, body: str, status: int) -> Response:
    response = Response(body, status, content_type="application/xml")
    if not body:
        del response.headers["Content-Type"]
    response.headers["x-amz-request-id"] = entropy.uuid(dispatcher.world.entropy)
    return response
