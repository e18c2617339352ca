"""CORS on every answer, errors and preflights included: browsers call Cognito directly."""

from __future__ import annotations

from flask import Flask, Response, request

_EXPOSED = "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date"


def install(app: Flask) -> None:
    """Answer preflights, and let any origin read any answer."""

    @app.before_request
    def preflight() -> Response | None:
        return Response(status=204) if request.method == "OPTIONS" else None

    @app.after_request
    def allow(response: Response) -> Response:
        headers = response.headers
        origin = request.headers.get("Origin")
        headers["Access-Control-Allow-Origin"] = origin or "*"
        if origin:
            headers.add("Vary", "Origin")
        headers["Access-Control-Expose-Headers"] = _EXPOSED
        if request.method == "OPTIONS":
            headers["Access-Control-Allow-Methods"] = "GET, POST, PUT, DELETE, OPTIONS, HEAD"
            headers["Access-Control-Allow-Headers"] = request.headers.get("Access-Control-Request-Headers", "*")
            headers["Access-Control-Max-Age"] = "172800"
            if request.headers.get("Access-Control-Request-Private-Network") == "true":
                headers["Access-Control-Allow-Private-Network"] = "true"
        return response
