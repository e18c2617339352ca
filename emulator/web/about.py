"""GET / and /health, and clear words where nothing answers: unknown paths, wrong methods, bodies too large."""

from __future__ import annotations

from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException

from emulator.dispatch import Dispatcher
from emulator.version import version
from emulator.web import api

_NOT_BUILT = ("/oauth2/", "/login", "/logout", "/signup", "/confirmUser", "/saml2/", "/forgotPassword")


def install(app: Flask, dispatcher: Dispatcher) -> None:
    """Add the routes, and JSON bodies for HTTP errors."""
    running = version()

    @app.get("/health")
    def health() -> Response:
        """200 once the server answers calls."""
        return jsonify(status="ok", version=running)

    @app.get("/")
    def root() -> Response:
        """What this is; or an STS call whose parameters stand in the URL."""
        if "Action" in request.args:
            return api.answer_query(dispatcher)
        return jsonify(
            status="ok",
            version=running,
            operations="/_emulator/operations",
            messages="/_emulator/messages",
            events="/_emulator/events",
            documentation="https://pypi.org/project/cognito-emulator/",
        )

    @app.errorhandler(HTTPException)
    def refuse(error: HTTPException) -> tuple[Response, int]:
        if error.code == 404 and request.path.startswith(_NOT_BUILT):
            return jsonify(error=f"{request.path} is not implemented by cognito-emulator."), 501
        return jsonify(error=error.description), error.code or 500
