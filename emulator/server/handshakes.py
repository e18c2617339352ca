"""TLS handshakes: limited in time and number, before there is a connection of HTTP."""

from __future__ import annotations

import asyncio
import logging
import socket
import ssl
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from emulator.server import limits

if TYPE_CHECKING:
    from emulator.server.connection import Connection

log = logging.getLogger("cognito_emulator.server")
_PLAIN = b"This port speaks HTTPS, not HTTP.\n"
_ANSWER = (
    b"HTTP/1.1 400 Bad Request\r\nServer: cognito-emulator\r\nContent-Type: text/plain; charset=utf-8\r\n"
    b"Content-Length: %d\r\nConnection: close\r\n\r\n%s" % (len(_PLAIN), _PLAIN)
)
_RETRY_SECONDS = 1.0
"""The pause after the system had no resources for a connection, as in asyncio."""


class Handshakes:
    """The handshakes in progress at one listener. `protocol` makes the protocol of each connection that succeeds."""

    def __init__(self, context: ssl.SSLContext, protocol: Callable[[], Connection]) -> None:
        self._context = context
        self._protocol = protocol
        self._loop = asyncio.get_running_loop()
        self._tasks: dict[asyncio.Task[bool], None] = {}
        self._acceptor: asyncio.Task[None] | None = None
        self._before = sys.unraisablehook
        sys.unraisablehook = self._unraisable

    def accept(self, listener: socket.socket) -> None:
        """Accept connections at a socket of which no other process accepts any. `stop` closes the socket."""
        listener.setblocking(False)
        self._acceptor = self._loop.create_task(self._accept(listener))

    def begin(self, connection: socket.socket) -> asyncio.Task[bool]:
        """Shake hands, in a task whose result says whether there is a connection now."""
        while len(self._tasks) >= limits.HANDSHAKES:
            oldest = next(iter(self._tasks))
            del self._tasks[oldest]
            oldest.cancel()
        task = self._loop.create_task(self._shake(connection))
        self._tasks[task] = None

        def end(done: asyncio.Task[bool]) -> None:
            self._tasks.pop(done, None)
            if done.cancelled():  # before it began
                connection.close()

        task.add_done_callback(end)
        return task

    def stop(self) -> None:
        """Accept no more connections, and give up the handshakes in progress."""
        if self._acceptor:
            self._acceptor.cancel()
        for task in list(self._tasks):
            task.cancel()
        sys.unraisablehook = self._before

    async def _accept(self, listener: socket.socket) -> None:
        try:
            while True:
                await self._accept_one(listener)
        finally:
            listener.close()

    async def _accept_one(self, listener: socket.socket) -> None:
        try:
            connection, _ = await self._loop.sock_accept(listener)
        except ConnectionError:  # the client has gone already
            return
        except OSError as error:
            self._loop.call_exception_handler({"message": "a connection cannot be accepted", "exception": error})
            await asyncio.sleep(_RETRY_SECONDS)
            return
        connection.setblocking(False)
        _ = self.begin(connection)

    async def _shake(self, connection: socket.socket) -> bool:
        """Whether there is a connection now, whose loss its protocol is told of.

        A client that speaks plain HTTP is told so over a second descriptor: asyncio closes the first one.
        """
        try:
            spare = connection.dup()
        except OSError as error:
            connection.close()
            self._loop.call_exception_handler({"message": "a connection cannot be begun", "exception": error})
            return False
        protocol = self._protocol()
        with spare:
            try:
                await self._loop.connect_accepted_socket(
                    lambda: protocol,
                    connection,  # closed by asyncio, from here on
                    ssl=self._context,
                    ssl_handshake_timeout=limits.HANDSHAKE_SECONDS,
                )
            except ssl.SSLError as error:
                if error.reason == "HTTP_REQUEST":
                    self._tell(spare)
                else:
                    log.debug("a TLS handshake failed: %s", error)
            except (OSError, asyncio.CancelledError) as error:  # hung up, out of time, or too many
                log.debug("a TLS handshake was given up: %s", error)
        return protocol.is_made

    def _unraisable(self, failed: sys.UnraisableHookArgs) -> None:
        """Python's ssl ends a handshake for a name that is not ASCII, but prints a traceback for each."""
        is_name = isinstance(failed.object, bytes) or "ssl servername" in (failed.err_msg or "")  # before and from 3.14
        if isinstance(failed.exc_value, UnicodeDecodeError) and is_name:
            log.debug("a TLS client asks for a name that is not ASCII")
        else:
            self._before(failed)

    @staticmethod
    def _tell(connection: socket.socket) -> None:
        with suppress(OSError):
            log.warning(
                "HTTP on the port for https, from %s: is the URL to begin with https:// ?", connection.getpeername()
            )
            connection.send(_ANSWER)
            connection.shutdown(socket.SHUT_WR)
