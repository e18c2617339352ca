"""Requests of this server to itself: to its stand-in provider, or to a user pool that is another pool's provider.

They are answered by the WSGI application, in the thread that asks. The server need not be able to reach itself by the
URL that browsers use (a container's published port, a certificate of the local CA), and the answer is for that URL.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes, urlsplit

from msgspec import Struct

from emulator.outside.http import ANY_TYPE, MOST_BYTES, Http, HttpResponse, Unreachable
from emulator.redaction import redacted

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

DROPPED = "cognito_emulator.dropped"
"""The key of the environ of a request whose connection is to be closed without an answer."""
_PORTS = {"http": 80, "https": 443}


class Loopback:
    """The WSGI application of this server, set once it is made."""

    def __init__(self) -> None:
        self.app: WSGIApplication | None = None

    def http(self, base_url: str, elsewhere: Http) -> Http:
        """Sends requests by `app` if their URL leads to the server that has `base_url`, and others by `elsewhere`."""
        return elsewhere if self.app is None else _Here(self.app, base_url, elsewhere)


class _Here(Struct, frozen=True):
    """The form of Http for the server that has `base_url`."""

    app: WSGIApplication
    base_url: str
    elsewhere: Http

    def request(
        self,
        method: str,
        url: str,
        *,
        seconds: float,
        headers: Mapping[str, str] = ANY_TYPE,
        body: bytes | None = None,
        most_bytes: int = MOST_BYTES,
    ) -> HttpResponse:
        """Send the request. The time limit is for other servers; in this one, what waits has limits of its own."""
        if not _is_same(url, self.base_url):
            return self.elsewhere.request(
                method, url, seconds=seconds, headers=headers, body=body, most_bytes=most_bytes
            )
        if not url.isascii():  # as `HttpClient`: nothing else stands in the line of a request
            raise Unreachable(f"{method} {redacted(url)}: there are characters that are not ASCII")
        environ = _environ(method, url, headers, body or b"")
        answer = _answered(self.app, environ)
        if environ.get(DROPPED):
            raise Unreachable(f"{method} {urlsplit(url).path}: the connection was closed")
        if len(answer.body) > most_bytes:
            raise Unreachable(f"{method} {urlsplit(url).path}: the answer is longer than {most_bytes} bytes")
        return answer


def _is_same(url: str, base_url: str) -> bool:
    """Whether a URL has the scheme, the host and the port of the base URL.

    `localhost`, the names below it, by which the domains of pools are told apart, and 127.0.0.1 are one host.
    """
    try:
        return _origin(url) == _origin(base_url)
    except ValueError:
        return False


def _origin(url: str) -> tuple[str, str, int | None]:
    parts = urlsplit(url)
    host = parts.hostname or ""
    is_local = host == "127.0.0.1" or host.endswith(".localhost")
    return parts.scheme, "localhost" if is_local else host, parts.port or _PORTS.get(parts.scheme)


def _environ(method: str, url: str, headers: Mapping[str, str], body: bytes) -> dict[str, Any]:
    """The environ of a request (PEP 3333)."""
    parts = urlsplit(url)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(parts.path or "/").decode("latin-1"),
        "QUERY_STRING": parts.query,
        "REQUEST_URI": parts.path or "/",
        "SERVER_NAME": parts.hostname or "",
        "SERVER_PORT": str(parts.port or _PORTS[parts.scheme]),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": parts.netloc.rpartition("@")[2],
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": parts.scheme,
        "wsgi.input": io.BytesIO(body),
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in headers.items():
        key = name.upper().replace("-", "_")
        environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value
    return environ


def _answered(app: WSGIApplication, environ: dict[str, Any]) -> HttpResponse:
    begun: list[tuple[int, dict[str, str]]] = []
    written: list[bytes] = []

    def start_response(status: str, headers: list[tuple[str, str]], _error: Any = None) -> Callable[[bytes], object]:
        begun.append((int(status.split(" ", 1)[0]), {name.lower(): value for name, value in headers}))
        return written.append

    parts = app(environ, start_response)
    try:
        written.extend(parts)
    finally:
        if close := getattr(parts, "close", None):
            close()
    status, headers = begun[-1]
    return HttpResponse(status, headers, b"".join(written))
