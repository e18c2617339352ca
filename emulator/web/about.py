"""GET / and /health, and JSON errors for unknown paths, wrong methods and bodies that are too large."""

from __future__ import annotations

import logging

from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound

from emulator.version import version
from emulator.web import health
from storage.failures import DatabaseUnusable
from storage.store import Store

log = logging.getLogger("cognito_emulator")


def install(app: Flask, store: Store) -> None:
    """Add `/` and `/health`, and handlers that answer HTTP errors and an unusable database with JSON."""

    @app.get("/health")  # a GET is answered by the front, a HEAD here
    def show_health() -> Response:
        status, shown = health.look(store)
        response = jsonify(shown)
        response.status_code = status
        return response

    @app.route("/", methods=["GET", "POST"])  # a POST is answered by the front, and told of in `Allow`
    def root() -> Response:
        """The server's status and version, with links to what it has to show."""
        return jsonify(
            status="ok",
            version=version(),
            operations="/_emulator/operations",
            messages="/_emulator/messages",
            events="/_emulator/events",
            export="/_emulator/export",
            console="/_emulator/",
        )

    @app.errorhandler(HTTPException)
    def refuse(error: HTTPException) -> Response:
        if isinstance(error, NotFound):
            return _refusal(404, f"There is nothing at {request.path}.")
        if isinstance(error, MethodNotAllowed):
            allowed = ", ".join(sorted(error.valid_methods or ()))
            response = _refusal(405, f"{request.path} does not take {request.method}, but {allowed}.")
            response.headers["Allow"] = allowed
            return response
        return _refusal(error.code or 500, error.description or "")

    @app.errorhandler(DatabaseUnusable)
    def fail(error: DatabaseUnusable) -> Response:
        log.error("%s %s failed: %s", request.method, request.path, error)
        return _refusal(500, f"The emulator's database cannot be used: {error}.")


def _refusal(status: int, words: str) -> Response:
    response = jsonify(error=words)
    response.status_code = status
    return response
