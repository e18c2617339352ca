"""GET /<pool>/<client or ALL>/<version>/assets/images/image.jpg: the logo that SetUICustomization set."""

from __future__ import annotations

from flask import Blueprint, Response, abort, request

from emulator.context import Context
from emulator.dispatch import Dispatcher
from emulator.domain.branding import ui_customization
from emulator.web import request_origin


def blueprint(dispatcher: Dispatcher) -> Blueprint:
    """The route of logos, the ImageUrl of GetUICustomization."""
    images = Blueprint("images", __name__)

    @images.get("/<pool_id>/<client_id>/<version>/assets/images/image.jpg")
    def logo(pool_id: str, client_id: str, version: str) -> Response:
        """A logo. It never changes under one version."""

        def read(context: Context) -> tuple[bytes, str] | None:
            return ui_customization.image(context, pool_id, client_id, version)

        found = dispatcher.work(False, request_origin.read(request), read)
        if found is None:
            abort(404)
        response = Response(found[0], content_type=found[1])
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
        return response

    return images
