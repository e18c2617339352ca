"""The key set and the discovery document of GetWebIdentityToken's tokens, at `/sts/<account>/.well-known/`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from emulator.context import Context
from emulator.domain.trust import outbound_tokens
from emulator.responses import JSON, as_json
from emulator.web import request_origin

if TYPE_CHECKING:
    from flask import Blueprint, Response

    from emulator.dispatch import Dispatcher
    from emulator.web.request_origin import AnyRequest

_PATH = re.compile(r"/sts/(?P<account>[0-9]{12})/\.well-known/(?P<name>jwks\.json|openid-configuration)", re.ASCII)


def find(dispatcher: Dispatcher, request: AnyRequest) -> bytes | None:
    """The document at the path of a GET. None for any other request, and while the keys are not made yet."""
    found = _PATH.fullmatch(request.environ["PATH_INFO"])
    if found is None or request.method not in {"GET", "HEAD"}:
        return None

    def read(context: Context) -> bytes | None:
        if found["name"] == "openid-configuration":
            return as_json(outbound_tokens.configuration(context, found["account"]))
        keys = outbound_tokens.key_set(context)
        return as_json(keys) if keys else None

    document: bytes | None = dispatcher.work(False, request_origin.read(request), read)
    return document


def blueprint(dispatcher: Dispatcher) -> Blueprint:
    """The key set's route, for the keys' first use. `front.py` answers all other requests, without Flask."""
    from flask import Blueprint, Response, abort, request

    documents = Blueprint("sts_documents", __name__)

    @documents.get("/sts/<account>/.well-known/jwks.json")
    def key_set(account: str) -> Response:
        if not re.fullmatch("[0-9]{12}", account, re.ASCII):
            abort(404)

        def create(context: Context) -> bytes:
            return as_json(outbound_tokens.new_key_set(context))

        return Response(dispatcher.work(True, request_origin.read(request), create), mimetype=JSON)

    return documents
