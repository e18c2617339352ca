"""The certificate of the local CA at /_emulator/ca.pem, for those who are to trust it. It is no secret."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

_MEDIA_TYPE = "application/x-x509-ca-cert"
"""The type at which Firefox offers to trust it."""


def blueprint(ca: str | None) -> Blueprint:
    """The endpoint. It answers 404 if the server has no CA of its own."""
    certificate = Blueprint("certificate", __name__, url_prefix="/_emulator")

    @certificate.get("/ca.pem")
    def show() -> Response:
        if ca is None:
            refused = jsonify(
                error="this server has no local CA: it was started without --https, or with --certificate"
            )
            refused.status_code = 404
            return refused
        return Response(ca, mimetype=_MEDIA_TYPE, headers={"Content-Disposition": "attachment; filename=ca.pem"})

    return certificate
