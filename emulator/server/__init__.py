"""The HTTP server: an event loop reads and writes, threads run the calls. The only package that imports uvicorn.

Why this server: docs/decisions.md, "uvicorn in front, threads behind".
"""

from __future__ import annotations

import contextlib
import errno
import logging
import signal
import socket
from collections.abc import Callable, Iterator
from types import FrameType
from typing import TYPE_CHECKING, Any

import uvicorn

from emulator.outside.turns import Turns
from emulator.server import limits
from emulator.server.application import Application
from emulator.server.connection import Connection, State

if TYPE_CHECKING:
    import asyncio

    from _typeshed.wsgi import WSGIApplication

log = logging.getLogger("cognito_emulator.server")
_STOPS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name)]
_NOTHING_LEFT = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)


def serve(
    app: WSGIApplication,
    host: str,
    port: int,
    threads: int,
    on_listening: Callable[[str], None],
    on_stopping: Callable[[], None] = lambda: None,
) -> None:
    """Serve `app` until SIGTERM, SIGINT or SIGHUP, let the calls in progress finish, and return.

    Port 0 stands for any free port. `threads` limits the calls that run at once; calls that wait for another server do
    not count. `on_listening` is called with the base URL when connections are accepted, `on_stopping` when the signal
    has come. Call it from the main thread, which receives the signals. Raises OSError if the address cannot be bound.
    """
    limits.raise_open_files()
    with _listening(host, port) as listener:
        turns = Turns(threads)
        url = _url(host, listener.getsockname()[1])
        server = _Server(Application(app, turns), lambda: on_listening(url), on_stopping)
        with _on_signal(server.stop), _our_log():
            server.run(sockets=[listener])
        turns.close()


class _Server(uvicorn.Server):
    """Uvicorn's server, with connections, signal handling and logging of the emulator."""

    def __init__(self, app: Application, on_listening: Callable[[], None], on_stopping: Callable[[], None]) -> None:
        config = uvicorn.Config(
            app,
            loop="asyncio",
            http=Connection,
            ws="none",
            lifespan="off",
            interface="asgi3",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            headers=[("Server", "cognito-emulator")],
            backlog=1,  # asyncio accepts as many at a time, and goes on trying where no descriptor is left
            timeout_keep_alive=limits.IDLE_SECONDS,
            timeout_graceful_shutdown=limits.GOODBYE_SECONDS,
            workers=1,
        )
        super().__init__(config)
        self.server_state = State(limits.connections())
        self._on_listening = on_listening
        self._on_stopping = on_stopping
        self._logged_until = 0.0

    def stop(self) -> None:
        """Stop accepting connections, and let the calls in progress finish. Safe in signal handlers."""
        self.should_exit = True

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Accept connections."""
        import asyncio

        asyncio.get_running_loop().set_exception_handler(self._failed)
        await super().startup(sockets)
        for listener in sockets or []:
            listener.listen(limits.BACKLOG)
        self._on_listening()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Shut down, within `limits.GOODBYE_SECONDS`."""
        self._on_stopping()
        await super().shutdown(sockets)
        if self.server_state.tasks:
            log.warning("%d calls took too long to end and were cut off", len(self.server_state.tasks))

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Do not install uvicorn's handlers, which raise the signal again after the shutdown."""
        yield

    def _failed(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Log an error of the event loop; at most once a minute if the system is out of resources for connections."""
        error = context.get("exception")
        if self.should_exit:  # asyncio may try once more to accept
            log.debug("%s", context["message"], exc_info=error)
        elif not isinstance(error, OSError) or error.errno not in _NOTHING_LEFT:
            log.error("%s", context["message"], exc_info=error)
        elif loop.time() > self._logged_until:
            self._logged_until = loop.time() + limits.SILENT_SECONDS
            log.error("no more connections are accepted for now: %s", error.strerror)


def _listening(host: str, port: int) -> socket.socket:
    """A listening socket, with SO_REUSEADDR (POSIX), so that a restarted server can bind the address at once."""
    family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    both = family == socket.AF_INET6 and address[0] == "::" and socket.has_dualstack_ipv6()
    return socket.create_server(address[:2], family=family, backlog=limits.BACKLOG, dualstack_ipv6=both)


@contextlib.contextmanager
def _on_signal(tell: Callable[[], None]) -> Iterator[None]:
    """Call `tell` at the first signal to stop; a second one kills. SIGHUP stays ignored if it is (nohup)."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        for number in before:
            signal.signal(number, signal.SIG_DFL)
        tell()

    numbers = [number for number in _STOPS if number != _HANGUP or signal.getsignal(number) != signal.SIG_IGN]
    before = {number: signal.signal(number, stop) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


_HANGUP = getattr(signal, "SIGHUP", None)


@contextlib.contextmanager
def _our_log() -> Iterator[None]:
    """Forward uvicorn's exceptions to the emulator's log, and suppress all other output of uvicorn."""
    theirs, forward = logging.getLogger("uvicorn.error"), _Forward()
    theirs.setLevel(logging.ERROR)
    theirs.propagate = False
    theirs.addHandler(forward)
    try:
        yield
    finally:
        theirs.removeHandler(forward)


class _Forward(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info:
            log.handle(record)


def _url(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
