"""The HTTP server: an event loop reads and writes, threads run the calls. The only package that imports uvicorn.

`acceptor.py` accepts connections, `requests.py` checks heads, `application.py` runs calls in threads.
Why this server: docs/decisions.md, "uvicorn in front, threads behind".
"""

from __future__ import annotations

import contextlib
import logging
import signal
from collections.abc import Callable, Iterator, Sequence
from types import FrameType
from typing import TYPE_CHECKING, Any

import uvicorn

from emulator.outside.turns import Turns
from emulator.server import limits
from emulator.server.acceptor import Acceptor
from emulator.server.application import Application
from emulator.server.connection import Connection
from emulator.server.state import State

if TYPE_CHECKING:
    import asyncio
    import socket
    import ssl

    from _typeshed.wsgi import WSGIApplication

    from emulator.server.handshakes import Handshakes
    from emulator.server.listeners import Listener
    from emulator.server.shares import Share

log = logging.getLogger("cognito_emulator.server")
_STOPS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name)]


def serve(
    app: WSGIApplication,
    listeners: Sequence[Listener],
    threads: int,
    on_listening: Callable[[], object],
    on_stopping: Callable[[], None] = lambda: None,
) -> None:
    """Serve `app` until SIGTERM, SIGINT or SIGHUP, let the calls in progress finish, and return.

    `threads` limits the calls that run at once; calls that wait for another server do not count. `on_listening` is
    called when connections are accepted, `on_stopping` when the signal has come. Call it from the main thread, which
    receives the signals.
    """
    limits.raise_open_files()
    turns = Turns(threads)
    server = _Server(Application(app, turns), listeners, on_listening, on_stopping)
    with _on_signal(server.stop), _our_log():
        server.run(sockets=[])
    turns.close()


def serve_share(
    app: WSGIApplication,
    listeners: Sequence[Listener],
    share: Share,
    threads: int,
    on_listening: Callable[[], object],
    on_stopping: Callable[[], None],
) -> None:
    """Serve as `serve` does, in one of several processes that accept connections at `listeners`, until SIGTERM."""
    turns = Turns(threads)
    server = _Server(Application(app, turns), listeners, on_listening, on_stopping, share)
    signal.signal(signal.SIGTERM, lambda *_: server.stop())
    with _our_log():
        server.run(sockets=[])
    turns.close()


class _Server(uvicorn.Server):
    """Uvicorn's server, with connections, signal handling and logging of the emulator.

    With a `share`, other processes accept connections at the same socket.
    """

    def __init__(
        self,
        app: Application,
        listeners: Sequence[Listener],
        on_listening: Callable[[], object],
        on_stopping: Callable[[], None],
        share: Share | None = None,
    ) -> None:
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
        self.server_state = self._state = State(limits.connections())
        self._on_listening = on_listening
        self._on_stopping = on_stopping
        self._logged_until = 0.0
        self._share = share
        self._listeners = listeners
        self._acceptors: list[Acceptor] = []
        self._handshakes: list[Handshakes] = []

    def stop(self) -> None:
        """Stop accepting connections, and let the calls in progress finish. Safe in signal handlers."""
        self.should_exit = True

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:  # noqa: ARG002
        """Accept connections."""
        import asyncio

        asyncio.get_running_loop().set_exception_handler(self._failed)
        plain = [each.socket for each in self._listeners if not each.context]
        await super().startup(plain if self._share is None else [])
        for listener in self._listeners:
            shake = self._shaking(listener.context)
            if self._share:
                self._acceptors.append(Acceptor(listener.socket, self._connection, self._share, shake))
            elif shake:
                shake.accept(listener.socket)
            else:
                listener.socket.listen(limits.BACKLOG)
        if self._share:
            self._state.on_lost = self._share.lose
        for acceptor in self._acceptors:
            acceptor.start()
        self._on_listening()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Shut down, within `limits.GOODBYE_SECONDS`."""
        self._on_stopping()
        for acceptor in self._acceptors:
            acceptor.stop()
        for handshakes in self._handshakes:
            handshakes.stop()
        await super().shutdown([each.socket for each in self._listeners] if self._share else sockets)
        if self.server_state.tasks:
            log.warning("%d calls took too long to end and were cut off", len(self.server_state.tasks))

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Do not install uvicorn's handlers, which raise the signal again after the shutdown."""
        yield

    def _shaking(self, context: ssl.SSLContext | None) -> Handshakes | None:
        """The TLS handshakes of a listener; None without TLS."""
        if context is None:
            return None
        from emulator.server.handshakes import Handshakes

        self._handshakes.append(Handshakes(context, self._connection))
        return self._handshakes[-1]

    def _connection(self) -> Connection:
        return Connection(config=self.config, server_state=self.server_state, app_state=self.lifespan.state)

    def _failed(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Log an error of the event loop; at most once a minute if the system is out of resources for connections."""
        error = context.get("exception")
        if self.should_exit:  # asyncio may try once more to accept
            log.debug("%s", context["message"], exc_info=error)
        elif not isinstance(error, OSError) or error.errno not in limits.NOTHING_LEFT:
            log.error("%s", context["message"], exc_info=error)
        elif loop.time() > self._logged_until:
            self._logged_until = loop.time() + limits.SILENT_SECONDS
            log.error("no more connections are accepted for now: %s", error.strerror)


@contextlib.contextmanager
def _on_signal(tell: Callable[[], None]) -> Iterator[None]:
    """Call `tell` at the first signal to stop; a second one kills. SIGHUP stays ignored if it is (nohup)."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        for number in before:
            signal.signal(number, signal.SIG_DFL)
        tell()

    before = {number: signal.signal(number, stop) for number in stop_signals()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def stop_signals() -> list[int]:
    """The signals that stop a server."""
    return [number for number in _STOPS if number != _HANGUP or signal.getsignal(number) != signal.SIG_IGN]


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
