"""The control endpoint that tells whose temporary credentials an access key is of, for gateways that emulate IAM."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, request

from emulator.context import Context
from emulator.dispatch import Dispatcher
from emulator.domain.identities import aws_credentials
from emulator.durations import iso
from emulator.web import request_origin
from emulator.web.control_requests import Refused, known


def blueprint(dispatcher: Dispatcher) -> Blueprint:
    """The endpoint."""
    control = Blueprint("control_credentials", __name__, url_prefix="/_emulator")

    @control.get("/credentials")
    def credentials() -> Response:
        """The identity, pool, role, tags and expiry of temporary credentials that were issued here."""
        known("access_key_id")
        access_key = request.args.get("access_key_id")
        if not access_key:
            raise Refused("access_key_id is missing")

        def look(context: Context) -> dict[str, Any] | None:
            return _shown(context, access_key)

        found = dispatcher.work(False, request_origin.read(request), look)
        if found is None:
            raise Refused(
                f"access_key_id: {access_key[:128]} is not of credentials that were issued here and are valid", 404
            )
        return jsonify(found)

    return control


def _shown(context: Context, access_key: str) -> dict[str, Any] | None:
    found = aws_credentials.known(context, access_key)
    if found is None:
        return None
    session, expires = found
    return {
        "access_key_id": access_key,
        "identity_id": session.identity,
        "identity_pool_id": session.pool,
        "role_arn": session.role,
        "session_name": session.name or None,
        "principal_tags": dict(session.tags),
        "expires": iso(expires),
    }
