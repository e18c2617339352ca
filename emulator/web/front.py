"""The WSGI application: calls of the services and key sets are answered here, everything else by Flask behind it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING

from flask import Flask
from werkzeug.http import HTTP_STATUS_CODES

from emulator.dispatch import Dispatcher
from emulator.web import api, cors
from emulator.web.api import ApiRequest, ApiResponse
from emulator.web.guard import Guard
from emulator.web.well_known import MEDIA_TYPE, Documents

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


def install(app: Flask, dispatcher: Dispatcher, documents: Documents) -> None:
    """Put this in front of a Flask application."""
    guard, behind = Guard.configured(dispatcher.settings), app.wsgi_app

    def front(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ["PATH_INFO"].strip("/")
        if path and ".well-known" not in path:
            return behind(environ, start_response)
        request = ApiRequest(environ, populate_request=False)
        try:
            if path:
                answer = _document(guard, documents, request)
            else:
                answer = _answered(guard, dispatcher, request) if api.is_call(request) else None
        except Exception as error:  # noqa: BLE001
            return _failed(app, environ, error)(environ, start_response)
        return behind(environ, start_response) if answer is None else _begun(answer, request, start_response)

    app.wsgi_app = front  # type: ignore[method-assign]


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
