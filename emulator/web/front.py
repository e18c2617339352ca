"""The WSGI application: calls of the services are answered here, everything else by Flask behind it."""

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

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


def install(app: Flask, dispatcher: Dispatcher) -> None:
    """Replace the WSGI application of `app` by one that answers calls of the services, and passes on all else to `app`.

    Calls pass the guard first. Their answers have CORS headers.
    """
    guard, behind = Guard.configured(dispatcher.settings), app.wsgi_app

    def front(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"].strip("/"):
            return behind(environ, start_response)
        request = ApiRequest(environ, populate_request=False)
        if not api.is_call(request):
            return behind(environ, start_response)
        try:
            answer = _answered(guard, dispatcher, request)
        except Exception as error:  # noqa: BLE001
            return _failed(app, environ, error)(environ, start_response)
        return _begun(answer, request, start_response)

    app.wsgi_app = front  # type: ignore[method-assign]


def _answered(guard: Guard, dispatcher: Dispatcher, request: ApiRequest) -> ApiResponse:
    words = guard.words(request.environ, lambda: api.is_signed(request))
    return api.refuse_page(dispatcher, request, words) if words else api.answer(dispatcher, request)


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
