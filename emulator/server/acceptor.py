"""Accepting connections at a socket where other processes do the same."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from emulator.server import limits

if TYPE_CHECKING:
    from emulator.server.handshakes import Handshakes
    from emulator.server.shares import Share

_PATIENCE = 0.001
"""Seconds that another worker has to take a connection. It may be busy, or have died."""
_PAUSE = 0.00005
_RETRY_SECONDS = 1.0
"""The pause after the system had no resources for a connection, as in asyncio."""


class Acceptor:
    """Accepts the connections that are this process's share, one at a time."""

    def __init__(
        self,
        listener: socket.socket,
        protocol: Callable[[], asyncio.Protocol],
        share: Share,
        handshakes: Handshakes | None = None,
    ) -> None:
        """With `handshakes`, the connections begin with TLS."""
        listener.setblocking(False)
        self._listener = listener
        self._protocol = protocol
        self._share = share
        self._handshakes = handshakes
        self._loop = asyncio.get_running_loop()
        self._retry: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._first_until = 0.0
        """Until when another worker may go first."""

    def start(self) -> None:
        """Accept connections from now on."""
        self._share.join()
        self._loop.add_reader(self._listener, self._accept)

    def stop(self) -> None:
        """Accept no connections from now on."""
        self._share.leave()
        self._loop.remove_reader(self._listener)
        if self._retry:
            self._retry.cancel()

    def _accept(self) -> None:
        """Accept a connection if this is the next worker. Otherwise the event loop calls again, while there is one."""
        if not self._share.is_next() and self._waits():
            time.sleep(_PAUSE)  # gives the processor to the others
            return
        try:
            connection, _ = self._listener.accept()
        except (BlockingIOError, InterruptedError, ConnectionAbortedError):
            return
        except OSError as error:
            if error.errno not in limits.NOTHING_LEFT:
                raise
            self._loop.call_exception_handler({"message": "socket.accept() out of system resource", "exception": error})
            self._loop.remove_reader(self._listener)
            self._share.leave()
            self._retry = self._loop.call_later(_RETRY_SECONDS, self.start)
            return
        connection.setblocking(False)
        self._first_until = 0.0
        self._share.gain()
        if self._handshakes:
            self._handshakes.begin(connection).add_done_callback(self._note_handshake)
            return
        task = self._loop.create_task(self._connect(connection))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _note_handshake(self, task: asyncio.Task[bool]) -> None:
        """Give the share back unless there is a connection now, which does so at its end."""
        if task.cancelled() or task.exception() or not task.result():
            self._share.lose()

    def _waits(self) -> bool:
        """Whether another worker may still go first."""
        now = self._loop.time()
        if now > self._first_until + _PATIENCE:  # it is another connection than the last one that was waited with
            self._first_until = now + _PATIENCE
        return now < self._first_until

    async def _connect(self, connection: socket.socket) -> None:
        try:
            await self._loop.connect_accepted_socket(self._protocol, connection)
        except OSError as error:
            connection.close()
            self._share.lose()
            self._loop.call_exception_handler({"message": "a connection could not be begun", "exception": error})
