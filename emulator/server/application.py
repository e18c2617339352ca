"""An ASGI application that runs a WSGI application in threads. The whole body is read before a thread is used."""

from __future__ import annotations

import asyncio
import io
import logging
import sys
from collections import deque
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import ExitStack
from functools import lru_cache, partial
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING, Any, TypeAlias, TypeVar
from urllib.parse import unquote_to_bytes

from emulator.outside.loopback import DROPPED
from emulator.outside.streams import Stream
from emulator.outside.turns import Turns
from emulator.responses import LATER, Response
from emulator.server import limits
from emulator.server.streaming import Streams

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

log = logging.getLogger("cognito_emulator.server")
A = TypeVar("A")

Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
Answered: TypeAlias = Callable[[Response], None]
AtOnce: TypeAlias = Callable[[dict[str, Any]], Response | None]
"""The response to a request with this WSGI environment, or None."""
CLOSE = "cognito_emulator.close"
"""The key of a function, in the scope of a request, that closes the connection without an answer."""
_PLAIN = [("Content-Type", "text/plain; charset=utf-8")]


class Application:
    """The ASGI application. Each request runs in a thread of `turns`, once it has been received completely.

    If `app` has a method `at_once`, it is asked first, in the event loop: it answers the short requests alone, and
    returns None for all others. That saves them the way to a thread and back, and WSGI's way of passing a response.

    What a request leaves to do (`Response.finish`) is done in the event loop, between its response and what is read
    next, so that whoever has the response finds it done.
    """

    def __init__(self, app: WSGIApplication, turns: Turns) -> None:
        self._app = app
        self._at_once: AtOnce | None = getattr(app, "at_once", None)
        self._turns = turns
        self.streams = Streams()
        self._answered: deque[tuple[Answered, Response]] = deque()
        self._is_told = False

    async def __call__(self, scope: Any, receive: Receive, respond: Send) -> None:
        """Answer one request. If the client disconnects before the end of the body, the request is dropped."""
        try:
            answer = await self._answer(scope, receive)
        except asyncio.CancelledError:
            answer = said(503, "The server is stopping.")
        if answer and answer.is_dropped:
            scope[CLOSE]()
        elif answer and answer.stream:
            answer.stream.close()
            await send(said(400, "A stream is sent for a request without a body."), respond)
        elif answer:
            await send(answer, respond)

    def begin(self, scope: Any, body: IO[bytes], answered: Answered) -> None:
        """Run a request whose body is complete. `answered` is called with the response, in the caller's event loop; for
        a short request before this returns.
        """
        request = environ(scope, body)
        soon = _safely(self._at_once, request) if self._at_once else None
        if soon:
            try:
                answered(soon)
            finally:
                _end(soon)
            return
        loop = asyncio.get_running_loop()

        def work() -> None:
            answer = _safely(partial(_answered, self._app), request)
            body.close()
            self._tell(loop, answered, answer)

        try:
            self._turns.begin(work)
        except RuntimeError as error:
            log.error("a request cannot be worked on: %s", error)
            answered(said(503, "The server has no thread left."))

    def _tell(self, loop: asyncio.AbstractEventLoop, answered: Answered, answer: Response) -> None:
        """Have the event loop call `answered`. One wake-up serves all responses that are ready by then."""
        self._answered.append((answered, answer))
        if self._is_told:
            return
        self._is_told = True
        try:
            loop.call_soon_threadsafe(self._pass_on)
        except RuntimeError:  # the server has stopped
            log.debug("an answer came too late")
            _end(answer)

    def _pass_on(self) -> None:
        self._is_told = False  # first: who comes from here on wakes the loop again
        while self._answered:
            answered, answer = self._answered.popleft()
            try:
                answered(answer)
            except Exception:
                log.exception("a response cannot be sent: a mistake of the emulator, please report it")
            _end(answer)

    async def _answer(self, scope: Any, receive: Receive) -> Response | None:
        try:
            body = await _whole(receive)
        except OSError as error:
            log.error("a body cannot be kept: %s", error.strerror)
            return said(507, "The server has no room for the body.")
        if body is None:
            return None
        answered: asyncio.Future[Response] = asyncio.get_running_loop().create_future()
        self.begin(scope, body, lambda answer: None if answered.done() else answered.set_result(answer))
        return await answered


async def send(answer: Response, respond: Any) -> None:
    """Send a response by ASGI's `send`."""
    headers = [tuple(line.split(b": ", 1)) for line in answer.head().split(b"\r\n") if line]
    await respond({"type": "http.response.start", "status": answer.status, "headers": headers})
    await respond({"type": "http.response.body", "body": answer.body})


def environ(scope: Any, body: IO[bytes]) -> dict[str, Any]:
    """The WSGI environment of an ASGI request (PEP 3333).

    Headers whose names have an underscore are left out, as in nginx: in the environment they would look the same as
    those with a hyphen.
    """
    server, client = scope["server"] or ("localhost", None), scope["client"] or ("", 0)
    path = scope["raw_path"].decode("latin-1")
    found: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1") if "%" in path else path,
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "REQUEST_URI": path,
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1]),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": client[0],
        "REMOTE_PORT": str(client[1]),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.input": body,
        "wsgi.input_terminated": True,  # Werkzeug reads to the end where there is no Content-Length
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in scope["headers"]:
        key = _key(name)
        if key is None:
            continue
        text = value.decode("latin-1")
        if key in found:
            text = f"{found[key]}{'; ' if key == 'HTTP_COOKIE' else ','}{text}"
        found[key] = text
    return found


@lru_cache(maxsize=512)
def _key(name: bytes) -> str | None:
    """The key of a header field in the environment; None for a name that is left out."""
    if b"_" in name:
        return None
    key = name.decode("latin-1").upper().replace("-", "_")
    return key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"


async def _whole(receive: Receive) -> IO[bytes] | None:
    """The complete body; None if the client disconnects before its end."""
    message = await receive()
    if message["type"] == "http.request" and not message.get("more_body"):
        return io.BytesIO(message.get("body", b""))
    with ExitStack() as stack:
        file = stack.enter_context(SpooledTemporaryFile(max_size=limits.MEMORY_BYTES))
        while message["type"] == "http.request":
            file.write(message.get("body", b""))
            if not message.get("more_body"):
                file.seek(0)
                stack.pop_all()
                return file
            message = await receive()
    return None


def _safely(answer: Callable[[dict[str, Any]], A], environ: dict[str, Any]) -> A | Response:
    """What `answer` returns; a response with status 500 for an exception, which is logged."""
    try:
        return answer(environ)
    except BaseException:
        log.exception("a request failed: a mistake of the emulator, please report it")
        return said(500, "The emulator failed; its log says how.")


def _answered(app: WSGIApplication, environ: dict[str, Any]) -> Response:
    """Call the WSGI application, and add Content-Length."""
    answer, written = Response(), list[bytes]()

    def later(finish: Callable[[], object]) -> None:
        answer.finish = finish

    def start_response(status: str, headers: list[tuple[str, str]], _error: Any = None) -> Callable[[bytes], object]:
        answer.status, answer.headers = int(status.split(" ", 1)[0]), headers
        return written.append

    environ[LATER] = later
    parts = app(environ, start_response)
    if isinstance(parts, Stream):
        answer.stream = parts
        return answer
    try:
        written.extend(parts)
    finally:
        if close := getattr(parts, "close", None):
            close()
    answer.body = b"".join(written)
    answer.is_dropped = bool(environ.get(DROPPED))
    names = {name.lower() for name, _ in answer.headers}
    if "content-length" not in names and answer.status not in (204, 304):
        answer.headers = [*answer.headers, ("Content-Length", str(len(answer.body)))]
    return answer


def _end(answer: Response) -> None:
    try:
        answer.end()
    except Exception:
        log.exception("a request failed at its end: a mistake of the emulator, please report it")


def said(status: int, words: str) -> Response:
    """A response of the server itself, in plain text."""
    return Response(status, [*_PLAIN, ("Content-Length", str(len(words)))], words.encode())
