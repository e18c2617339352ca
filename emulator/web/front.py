"""The WSGI application: calls of the services and key sets are answered here, everything else by Flask behind it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from functools import cache
from http import HTTPStatus
from typing import TYPE_CHECKING

from emulator import injected_faults
from emulator.dispatch import Dispatcher
from emulator.faults import Fault
from emulator.injected_faults import ConnectionDropped, Dropped, InjectedOAuthError, Waits
from emulator.registry import SHORT_TARGETS
from emulator.web import api, cors, dropping, health, request_origin, sts_documents, well_known
from emulator.web.api import ApiResponse
from emulator.web.api_request import ApiRequest
from emulator.web.guard import Guard
from emulator.web.well_known import MEDIA_TYPE, Documents

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment
    from flask import Flask

HEALTH = "/health"

_SMALL = 64 * 1024
"""Bytes of a body that is read in well under a millisecond."""


class Front:
    """The WSGI application of a server. `behind` makes the Flask application, once.

    `at_once` answers short requests, in the server's event loop, and is None where the database is another server,
    which may be slow. Flask is imported for the first request that only Flask can answer: it takes a tenth of the
    start, and seven megabytes, and many servers are never asked for a page.
    """

    def __init__(self, dispatcher: Dispatcher, documents: Documents, behind: Callable[[], Flask]) -> None:
        self._dispatcher = dispatcher
        self._documents = documents
        self._guard = Guard.configured(dispatcher.settings)
        self._make = behind
        self._made: Flask | None = None
        self._making = threading.Lock()
        self.at_once = self._at_once if dispatcher.store.engine.name == "sqlite" else None

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        answer = self._answered(environ, start_response)
        return self._behind(environ, start_response) if answer is None else answer

    def _at_once(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes] | None:
        """As `_answered`. None too for a call that is to meet a fault, since this thread must not wait."""
        if not _is_short(environ):
            return None
        with injected_faults.event_loop:
            try:
                return self._answered(environ, start_response)
            except Waits:
                environ["wsgi.input"].seek(0)
                return None

    def _answered(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes] | None:
        """The answer to a call, a GET of /health, or a request for a document; None for what Flask is to answer."""
        path = environ["PATH_INFO"]
        request = ApiRequest(environ)
        try:
            if not path.strip("/"):
                answer = self._call(request) if api.is_call(request) else None
            elif path == HEALTH:
                answer = self._health(request)
            else:
                answer = self._document(request) if ".well-known" in path else None
        except Waits:
            raise
        except Dropped:
            return dropping.drop(environ, start_response)
        except Exception as error:  # noqa: BLE001
            return _failed(self.flask(), environ, error)(environ, start_response)
        return None if answer is None else _begun(answer, request, start_response)

    def _call(self, request: ApiRequest) -> ApiResponse:
        words = self._guard.words(request.environ, lambda: api.is_signed(request))
        return api.refuse_page(self._dispatcher, request, words) if words else api.answer(self._dispatcher, request)

    def _health(self, request: ApiRequest) -> ApiResponse | None:
        if request.method != "GET" or self._guard.words(request.environ, lambda: False):
            return None
        status, shown = health.look(self._dispatcher.store)
        return ApiResponse(well_known.as_json(shown), status, MEDIA_TYPE)

    def _document(self, request: ApiRequest) -> ApiResponse | None:
        """The answer with a key set or a discovery document; None where Flask has to answer."""
        if self._guard.words(request.environ, lambda: False):
            return None
        if request.method in {"GET", "HEAD"} and self._may_have_faults:
            try:
                self._meet_fault(request)
            except InjectedOAuthError as fault:
                return ApiResponse(well_known.as_json(fault.body), fault.status, MEDIA_TYPE)
        found = self._documents.find(request) or self._documents.find_server_document(request)
        found = found or sts_documents.find(self._dispatcher, request)
        return None if found is None else ApiResponse(found, 200, MEDIA_TYPE)

    @property
    def _may_have_faults(self) -> bool:
        """Whether there may be faults; where processes share the database, only a transaction tells."""
        return self._dispatcher.world.orders.faults or self._dispatcher.store.on_state is not None

    def _meet_fault(self, request: ApiRequest) -> None:
        """Have a request for a document meet the fault that waits for it, and note that. Raises what the fault is."""
        path, dispatcher = request.environ["PATH_INFO"], self._dispatcher
        names = injected_faults.document_names(path)
        try:
            dispatcher.work(False, request_origin.read(request), lambda context: injected_faults.look(context, *names))
        except Waits:
            try:
                dispatcher.meet_fault(*names)
            except Fault as fault:
                dispatcher.refuse(f"{request.method} {path}", fault)
                if isinstance(fault, ConnectionDropped):
                    raise Dropped from None
                raise

    def _behind(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        flask = self.flask()
        return type(flask).wsgi_app(flask, environ, start_response)  # not `flask.wsgi_app`: in tests, that is this

    def flask(self) -> Flask:
        """The Flask application, which is made now if it was not yet."""
        with self._making:
            if self._made is None:
                self._made = self._make()
            return self._made


def _is_short(environ: WSGIEnvironment) -> bool:
    """Whether a request is for a key set, a discovery document, /health, or a short operation whose module is there."""
    if environ["REQUEST_METHOD"] == "POST":
        length = environ.get("CONTENT_LENGTH") or ""
        return environ.get("HTTP_X_AMZ_TARGET") in SHORT_TARGETS and length.isdecimal() and int(length) <= _SMALL
    path = environ["PATH_INFO"]
    return "/.well-known/" in path or (path == HEALTH and environ["REQUEST_METHOD"] == "GET")


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
    return f"{status} {HTTPStatus(status).phrase.upper()}"


def _failed(app: Flask, environ: WSGIEnvironment, error: Exception) -> WSGIApplication:
    """What Flask answers where a view raises this."""
    with app.request_context(environ):
        try:
            answer = app.handle_user_exception(error)
        except Exception as unhandled:  # noqa: BLE001
            return app.handle_exception(unhandled)
        return app.finalize_request(answer)
