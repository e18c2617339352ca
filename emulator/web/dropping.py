"""Requests that get no answer: the application marks them in their environ, and the server closes the connection."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from emulator.outside.loopback import DROPPED

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment
    from flask import Flask


def drop(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Have the server close the connection. What this answers is not sent."""
    environ[DROPPED] = True
    start_response("500 DROPPED", [("Content-Length", "0")])
    return []


def install(app: Flask) -> None:
    """Have the connection closed where a view raises Dropped."""
    from flask import Response, request

    from emulator.injected_faults import Dropped

    @app.errorhandler(Dropped)
    def dropped(_error: Dropped) -> Response:
        request.environ[DROPPED] = True
        return Response(status=500)
