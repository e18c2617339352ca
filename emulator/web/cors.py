"""CORS on every answer, errors and preflights included: browsers call Cognito directly.

Only pages that `guard.py` let through can read the control endpoints. Where it refused a call of a service, the page
can read that, so that an SDK shows why.
"""

from __future__ import annotations

from flask import Flask, Response, g, request

from emulator.web import guard

_EXPOSED = "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date"


def install(app: Flask) -> None:
    """Answer preflights, and let the origin that asks read the answer."""

    @app.before_request
    def preflight() -> Response | None:
        return Response(status=204) if request.method == "OPTIONS" else None

    @app.after_request
    def allow(response: Response) -> Response:
        headers = response.headers
        origin = request.headers.get("Origin")
        is_control = guard.is_control(request.path)
        if origin or is_control:
            headers.add("Vary", "Origin")
        if is_control and (origin is None or g.get("refused_page")):
            return response
        headers["Access-Control-Allow-Origin"] = origin or "*"
        headers["Access-Control-Expose-Headers"] = _EXPOSED
        if request.method == "OPTIONS":
            headers["Access-Control-Allow-Methods"] = "GET, POST, PUT, DELETE, OPTIONS, HEAD"
            headers["Access-Control-Allow-Headers"] = request.headers.get("Access-Control-Request-Headers", "*")
            headers["Access-Control-Max-Age"] = "172800"
            if request.headers.get("Access-Control-Request-Private-Network") == "true":
                headers["Access-Control-Allow-Private-Network"] = "true"
        return response
