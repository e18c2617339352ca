"""The HTTP server: one process, a pool of threads, until somebody says stop. The only home of cheroot.

Why this server: docs/decisions.md, "The WSGI server".
"""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING, Any

from cheroot import wsgi
from cheroot.server import HTTPConnection, HTTPRequest

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

log = logging.getLogger("cognito_emulator.server")
BACKLOG = 512
IDLE_SECONDS = 75
"""How long a connection may be idle: longer than the SDKs keep theirs, so that the client hangs up first."""
GOODBYE_SECONDS = 3
"""How long calls in progress may take once the server was told to stop."""
HEADER_BYTES = 64 * 1024
BODY_BYTES = 16 * 1024 * 1024
UPLOAD_BYTES = 128 * 1024 * 1024
"""How large a body may be, and one that is PUT: the file of an import, which has a lower limit in S3's words."""
_TOO_LARGE = "The entity sent with the request exceeds the maximum allowed bytes."
_STOPS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGBREAK") if hasattr(signal, name)]


class _Request(HTTPRequest):
    def read_request_headers(self) -> bool:
        """Refuse a negative body length too, which cheroot lets through."""
        good: bool = super().read_request_headers()  # type: ignore[no-untyped-call]
        if good and not self.inheaders.get(b"Content-Length", b"0").isdigit():
            self.simple_response("400 Bad Request", "Malformed Content-Length Header.")
            return False
        if good and self.method != b"PUT" and int(self.inheaders.get(b"Content-Length", b"0")) > BODY_BYTES:
            self.simple_response("413 Request Entity Too Large", _TOO_LARGE)
            return False
        return good


class _Connection(HTTPConnection):
    RequestHandlerClass = _Request


class _Server(wsgi.Server):
    """Cheroot with our limits and our log, where a connection takes a thread only once it has said something."""

    ConnectionClass = _Connection
    expiration_interval = 0.1  # seconds between looks at whether to stop
    keep_alive_conn_limit = 4096
    max_request_header_size = HEADER_BYTES
    max_request_body_size = UPLOAD_BYTES

    def process_conn(self, conn: Any) -> None:
        """Hand a connection with something to read to a thread; a silent new one waits without a thread.

        Browsers connect ahead of need: otherwise as many silent connections as there are threads would stop
        everybody. With TLS the first bytes may be in OpenSSL's buffer already, where no selector sees them.
        """
        if conn.last_used is None and self.ssl_adapter is None:
            self.put_conn(conn)
        else:
            super().process_conn(conn)

    def error_log(self, msg: str = "", level: int = logging.INFO, traceback: bool = False) -> None:
        """Write to our log what cheroot would write to stderr."""
        log.log(level, "%s", msg, exc_info=traceback)


def serve(app: WSGIApplication, host: str, port: int, threads: int, on_listening: Callable[[str], None]) -> None:
    """Serve `app` until SIGTERM or SIGINT, then let the calls in progress finish and return.

    Port 0 takes a free port. `on_listening` gets the base URL once connections are accepted. Blocks; for the
    main thread only, since it is told to stop by a signal. Raises `OSError` where the address cannot be had.
    """
    server = _Server(
        (host, port),
        app,
        numthreads=threads,
        server_name="cognito-emulator",
        request_queue_size=BACKLOG,
        timeout=IDLE_SECONDS,
        shutdown_timeout=GOODBYE_SECONDS,
    )
    told = threading.Event()
    with _on_signal(told.set):
        server.prepare()
        stopper = threading.Thread(target=_stop_once, args=[told, server], name="stopper")
        stopper.start()
        try:
            on_listening(_url(host, server.bind_addr[1]))
            server.serve()
        finally:
            told.set()
            stopper.join()


@contextmanager
def _on_signal(tell: Callable[[], None]) -> Iterator[None]:
    """Call `tell` at the first signal that says stop; another one does what it did before, so that it can kill.

    The handler only tells: an exception raised from it would leave the serving loop at any point, locks held.
    """

    def stop(_number: int, _frame: FrameType | None) -> None:
        restore()
        tell()

    def restore() -> None:
        for number, handler in before.items():
            signal.signal(number, handler)

    before = {number: signal.signal(number, stop) for number in _STOPS}
    try:
        yield
    finally:
        restore()


def _stop_once(told: threading.Event, server: _Server) -> None:
    told.wait()
    server.stop()


def _url(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
