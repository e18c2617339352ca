"""CORS on every answer, errors and preflights included: browsers call Cognito directly.

Only pages that `guard.py` let through can read the control endpoints. Where it refused a call of a service, the page
can read that, so that an SDK shows why.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.web import guard

if TYPE_CHECKING:
    from flask import Flask, Response

_EXPOSED = "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date"


def headers(origin: str | None) -> list[tuple[str, str]]:
    """The CORS headers of an answer to a request with that Origin header, so that its page can read the answer."""
    vary = [("Vary", "Origin")] if origin else []
    return [*vary, ("Access-Control-Allow-Origin", origin or "*"), ("Access-Control-Expose-Headers", _EXPOSED)]


def install(app: Flask) -> None:
    """Answer preflights with 204, and add CORS headers to each answer, with which the page that asks can read it."""
    from flask import Response, g, request

    @app.before_request
    def preflight() -> Response | None:
        return Response(status=204) if request.method == "OPTIONS" else None

    @app.after_request
    def allow(response: Response) -> Response:
        answered = response.headers
        origin = request.headers.get("Origin")
        if guard.is_control(request.path) and (origin is None or g.get("refused_page")):
            answered.add("Vary", "Origin")
            return response
        answered.extend(headers(origin))
        if request.method == "OPTIONS":
            answered["Access-Control-Allow-Methods"] = "GET, POST, PUT, DELETE, OPTIONS, HEAD"
            answered["Access-Control-Allow-Headers"] = request.headers.get("Access-Control-Request-Headers", "*")
            answered["Access-Control-Max-Age"] = "172800"
            if request.headers.get("Access-Control-Request-Private-Network") == "true":
                answered["Access-Control-Allow-Private-Network"] = "true"
        return response
