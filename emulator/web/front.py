"""The WSGI application: calls of the services and key sets are answered here, everything else by Flask behind it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from functools import cache, cached_property
from http import HTTPStatus
from typing import TYPE_CHECKING

from emulator import injected_faults, responses
from emulator.dispatch import Dispatcher
from emulator.faults import Fault
from emulator.injected_faults import ConnectionDropped, Dropped, InjectedOAuthError
from emulator.outside import turns
from emulator.outside.turns import Waits
from emulator.registry import SHORT_TARGETS
from emulator.responses import LATER, Response
from emulator.web import api, cors, dropping, health, importing, request_origin
from emulator.web.api_request import ApiRequest
from emulator.web.guard import Guard

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment
    from flask import Flask

    from emulator.web.well_known import Documents

HEALTH = "/health"

_SMALL = 64 * 1024
"""Bytes of a body that is read in well under a millisecond."""


class Front:
    """The WSGI application of a server. `behind` makes the Flask application, once, which shares the `documents`.

    `at_once` answers short requests, in the server's event loop, and is None where the database is another server,
    which may be slow. Flask is imported for the first request that only Flask can answer: it takes a tenth of the
    start, and seven megabytes, and many servers are never asked for a page.
    """

    def __init__(self, dispatcher: Dispatcher, behind: Callable[[Documents], Flask]) -> None:
        self._dispatcher = dispatcher
        self._guard = Guard.configured(dispatcher.settings)
        self._make = behind
        self._made: Flask | None = None
        self._making = threading.Lock()
        self._is_shared = dispatcher.settings.several_processes
        self.at_once = self._at_once if dispatcher.store.engine.name == "sqlite" else None

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        try:
            response = self._response(environ)
        except Dropped:
            return dropping.drop(environ, start_response)
        except Exception as error:  # noqa: BLE001
            return _failed(self.flask(), environ, error)(environ, start_response)
        if response is None:
            return self._behind(environ, start_response)
        later = None if self._is_shared else environ.get(LATER)
        if later:
            later(response.end)
        else:
            response.end()
        start_response(_status_line(response.status), response.headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [response.body]

    def _at_once(self, environ: WSGIEnvironment) -> Response | None:
        """The response to a short request. None for others, for what fails, and for a call that is to meet a fault,
        since this thread must not wait.

        Its event is noted and logged once the response is sent; before, where another process may be asked for events.
        """
        if not _is_short(environ):
            return None
        with turns.event_loop:
            try:
                response = self._response(environ)
            except Exception:  # noqa: BLE001
                environ["wsgi.input"].seek(0)
                return None
        if self._is_shared and response:
            response.end()
        return response

    def _response(self, environ: WSGIEnvironment) -> Response | None:
        """The response to a call, a GET of /health, or a request for a document; None for what Flask is to answer."""
        path = environ["PATH_INFO"]
        request = ApiRequest(environ)
        if not path.strip("/"):
            response = self._call(request) if api.is_call(request) else None
        elif path == HEALTH:
            response = self._health(request)
        else:
            response = self._document(request) if ".well-known" in path else None
        if response:
            response.headers += cors.headers(request.headers.get("Origin"))
        return response

    def _call(self, request: ApiRequest) -> Response:
        words = self._guard.words(request.environ, lambda: api.is_signed(request))
        return api.refuse_page(self._dispatcher, request, words) if words else api.answer(self._dispatcher, request)

    def _health(self, request: ApiRequest) -> Response | None:
        if request.method != "GET" or self._guard.words(request.environ, lambda: False):
            return None
        status, shown = health.look(self._dispatcher.store)
        return responses.of(status, responses.as_json(shown), responses.JSON)

    def _document(self, request: ApiRequest) -> Response | None:
        """The answer with a key set or a discovery document; None where Flask has to answer."""
        if self._guard.words(request.environ, lambda: False):
            return None
        found = self._found(request)
        if request.method in {"GET", "HEAD"} and self._may_have_faults(found):
            try:
                self._meet_fault(request)
            except InjectedOAuthError as fault:
                return responses.of(fault.status, responses.as_json(fault.body), responses.JSON)
        return None if found is None else responses.of(200, found, responses.JSON)

    def _found(self, request: ApiRequest) -> bytes | None:
        """The key set or discovery document at the path of a GET; None where there is none, or not yet."""
        found = self.documents.find(request) or self.documents.find_server_document(request)
        if found is None:
            from emulator.web import sts_documents

            found = sts_documents.find(self._dispatcher, request)
        return found

    def _may_have_faults(self, found: bytes | None) -> bool:
        """Whether there may be faults. Where processes share the database, a transaction tells, such as the document's.

        Where no document was found, there may have been none.
        """
        orders, store = self._dispatcher.world.orders, self._dispatcher.store
        return orders.faults or (found is None and store.on_state is not None)

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

    @cached_property
    def documents(self) -> Documents:
        """The key sets and discovery documents, imported for the first request of one."""
        from emulator.web.well_known import Documents

        return Documents(self._dispatcher)

    def _behind(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        flask = self.flask()
        return type(flask).wsgi_app(flask, environ, start_response)  # not `flask.wsgi_app`: in tests, that is this

    def flask(self) -> Flask:
        """The Flask application, which is made now if it was not yet."""
        with self._making:
            if self._made is None:
                importing.werkzeug()
                self._made = self._make(self.documents)
            return self._made


def _is_short(environ: WSGIEnvironment) -> bool:
    """Whether a request is for a key set, a discovery document, /health, or a short operation whose module is there."""
    if environ["REQUEST_METHOD"] == "POST":
        length = environ.get("CONTENT_LENGTH") or ""
        return environ.get("HTTP_X_AMZ_TARGET") in SHORT_TARGETS and length.isdecimal() and int(length) <= _SMALL
    path = environ["PATH_INFO"]
    return "/.well-known/" in path or (path == HEALTH and environ["REQUEST_METHOD"] == "GET")


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
