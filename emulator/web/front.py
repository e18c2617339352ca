"""The WSGI application: calls of the services and key sets are answered here, everything else by Flask behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache, partial
from typing import TYPE_CHECKING, TypeAlias

from flask import Flask
from werkzeug.http import HTTP_STATUS_CODES

from emulator.dispatch import Dispatcher
from emulator.registry import OPERATIONS
from emulator.web import api, cors
from emulator.web.api import ApiRequest, ApiResponse
from emulator.web.guard import Guard
from emulator.web.well_known import MEDIA_TYPE, Documents

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    Respond: TypeAlias = Callable[[WSGIEnvironment, StartResponse], Iterable[bytes] | None]
    """As a WSGI application, but for None where it does not answer."""


_SMALL = 64 * 1024
"""Bytes of a body that is read in well under a millisecond."""


def install(app: Flask, dispatcher: Dispatcher, documents: Documents) -> None:
    """Put this in front of a Flask application. `app.at_once` answers short requests, in the server's event loop.

    No request is short where the database is another server, which may be slow.
    """
    guard, behind, targets = Guard.configured(dispatcher.settings), app.wsgi_app, _short_targets()

    def respond(environ: WSGIEnvironment, start_response: StartResponse, otherwise: Respond) -> Iterable[bytes] | None:
        path = environ["PATH_INFO"].strip("/")
        if path and ".well-known" not in path:
            return otherwise(environ, start_response)
        request = ApiRequest(environ, populate_request=False)
        try:
            if path:
                answer = _document(guard, documents, request)
            else:
                answer = _answered(guard, dispatcher, request) if api.is_call(request) else None
        except Exception as error:  # noqa: BLE001
            return _failed(app, environ, error)(environ, start_response)
        return otherwise(environ, start_response) if answer is None else _begun(answer, request, start_response)

    def at_once(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes] | None:
        if environ["PATH_INFO"] == "/health":
            return behind(environ, start_response)
        return respond(environ, start_response, _nobody) if _is_short(environ, targets) else None

    app.wsgi_app = partial(respond, otherwise=behind)  # type: ignore[assignment]
    if dispatcher.store.engine.name == "sqlite":
        app.at_once = at_once  # type: ignore[attr-defined]


def _nobody(_environ: WSGIEnvironment, _start_response: StartResponse) -> None:
    """Answer nothing: a pool that has no keys yet gets them in a thread."""


def _short_targets() -> frozenset[str]:
    """The values of X-Amz-Target of short operations."""
    short = (known.operation for known in OPERATIONS.values() if known.is_short)
    return frozenset(f"{operation.model.target_prefix}.{operation.name}" for operation in short)


def _is_short(environ: WSGIEnvironment, targets: frozenset[str]) -> bool:
    """Whether a request is for a key set, a discovery document, or a short operation."""
    if environ["REQUEST_METHOD"] == "POST":
        length = environ.get("CONTENT_LENGTH") or ""
        return environ.get("HTTP_X_AMZ_TARGET") in targets and length.isdecimal() and int(length) <= _SMALL
    return "/.well-known/" in environ["PATH_INFO"]


def _answered(guard: Guard, dispatcher: Dispatcher, request: ApiRequest) -> ApiResponse:
    words = guard.words(request.environ, lambda: api.is_signed(request))
    return api.refuse_page(dispatcher, request, words) if words else api.answer(dispatcher, request)


def _document(guard: Guard, documents: Documents, request: ApiRequest) -> ApiResponse | None:
    """The answer with a key set or a discovery document; None where Flask has to answer."""
    found = None if guard.words(request.environ, lambda: False) else documents.find(request)
    return None if found is None else ApiResponse(found, 200, MEDIA_TYPE)


def _begun(answer: ApiResponse, request: ApiRequest, start_response: StartResponse) -> Iterable[bytes]:
    headers = [
        ("Content-Type", answer.content_type),
        ("Content-Length", str(len(answer.body))),
        *answer.headers,
        *cors.headers(request.headers.get("Origin")),
    ]
    start_response(_status_line(answer.status), headers)
    return [] if request.method == "HEAD" else [answer.body]


@cache
def _status_line(status: int) -> str:
    return f"{status} {HTTP_STATUS_CODES[status].upper()}"


def _failed(app: Flask, environ: WSGIEnvironment, error: Exception) -> WSGIApplication:
    """What Flask answers where a view raises this."""
    with app.request_context(environ):
        try:
            answer = app.handle_user_exception(error)
        except Exception as unhandled:  # noqa: BLE001
            return app.handle_exception(unhandled)
        return app.finalize_request(answer)
