"""The control endpoint that writes the database as a seed document."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from tempfile import SpooledTemporaryFile
from typing import Literal, TypeAlias

from flask import Blueprint, Response, request

from emulator.context import Context
from emulator.dispatch import Dispatcher
from emulator.web import request_origin
from emulator.web.control_requests import Refused, flag, known
from emulator.web.control_seed import JSON, YAML

log = logging.getLogger("cognito_emulator")
_IN_MEMORY = 1 << 22
"""The most bytes of an export that are kept in memory: 4 MiB. A larger one is written to a file without a name."""
_PART = 1 << 16
Form: TypeAlias = Literal["json", "yaml"]


def blueprint(dispatcher: Dispatcher) -> Blueprint:
    """GET /_emulator/export."""
    control = Blueprint("control_export", __name__, url_prefix="/_emulator")

    @control.get("/export")
    def export() -> Response:
        """Everything, or one pool, as a seed document; with `portable`, secrets are in clear."""
        known("pool", "portable", "format")
        form, portable, pool_id = _form(), flag("portable"), request.args.get("pool")
        file = SpooledTemporaryFile(_IN_MEMORY, "w+", encoding="utf-8", newline="\n")  # noqa: SIM115 - closed with the response
        try:
            dispatcher.work(False, request_origin.read(request), lambda context: _write(context, file, form))
        except BaseException:
            file.close()
            raise
        if portable:
            log.warning("an export was handed out that has secrets in clear text: /_emulator/export?portable=true")
        response = Response(_parts(file), mimetype=JSON if form == "json" else YAML[0])
        response.call_on_close(file.close)  # whoever hangs up, or sends HEAD, does not read to the end
        name = f"seed{'-' + pool_id.replace(':', '-') if pool_id else ''}{'-portable' if portable else ''}.{form}"
        response.headers.set("Content-Disposition", "attachment", filename=name)
        response.headers["Cache-Control"] = "no-store"
        return response

    def _write(context: Context, file: SpooledTemporaryFile[str], form: Form) -> None:
        from emulator.seed import exporting  # for this alone: start-up is imports

        file.seek(0)
        file.truncate()  # the unit may be run once more
        pool_id = request.args.get("pool")
        if pool_id is not None and not (context.unit.pools.get(pool_id) or context.unit.identity_pools.get(pool_id)):
            raise Refused(f"pool: there is no pool {pool_id}", 404)
        texts = exporting.json_texts if form == "json" else exporting.yaml_texts
        file.writelines(texts(context, flag("portable"), pool_id))

    return control


def _form() -> Form:
    """The form that `format` names, or else the one that `Accept` prefers. Raises `Refused`."""
    given = request.args.get("format")
    if given is None:
        return "yaml" if request.accept_mimetypes.best_match([JSON, *YAML]) in YAML else "json"
    if given not in {"json", "yaml"}:
        raise Refused(f"format: {given!r} is neither json nor yaml")
    return "json" if given == "json" else "yaml"


def _parts(file: SpooledTemporaryFile[str]) -> Iterator[bytes]:
    """The content of a file, which is closed at the end. The unit of work has ended: a caller may read slowly."""
    with file:
        file.seek(0)
        while part := file.read(_PART):
            yield part.encode()
