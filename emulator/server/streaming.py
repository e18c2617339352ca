"""Answers whose body has no end (`emulator/outside/streams.py`), sent by the event loop, without a thread."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from emulator.server import limits

if TYPE_CHECKING:
    from uvicorn.protocols.http.flow_control import FlowControl
    from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

    from emulator.outside.streams import Stream

log = logging.getLogger("cognito_emulator.server")

_PAUSE = 0.05
"""The least time between two rounds, in which each reader is sent what there is, in seconds."""
_PATIENCE = limits.STREAM_SECONDS // limits.BEAT_SECONDS
"""The beats after which a reader that reads nothing is given up."""


class Streaming:
    """A stream that is being sent over a connection."""

    def __init__(self, cycle: RequestResponseCycle, flow: FlowControl, stream: Stream) -> None:
        self._cycle = cycle
        self._flow = flow
        self._stream = stream
        self._is_chunked = cycle.scope["http_version"] == "1.1"
        self._is_quiet = False
        """Whether nothing was sent since the last beat."""
        self._stuck = 0
        self.is_over = False

    @property
    def is_slow(self) -> bool:
        """Whether the reader has not read what it was sent."""
        return self._flow.write_paused

    def begin(self, head: bytes, wake: Callable[[], None]) -> None:
        """Send the head, and what there is."""
        framing = b"transfer-encoding: chunked\r\n\r\n" if self._is_chunked else b"connection: close\r\n\r\n"
        self._cycle.response_started = True
        self._cycle.transport.write(head + framing)
        self._stream.listen(wake)
        self.send()

    def send(self) -> bool:
        """Send what there is, unless the reader is slow. Whether there may be more."""
        if self.is_slow:
            return True
        taken = self._stream.take()
        if taken:
            self._is_quiet = False
            self._write(taken)
        return bool(taken)

    def beat(self) -> None:
        """Show that the stream goes on. A reader that has read nothing for long is given up."""
        self._stuck = self._stuck + 1 if self.is_slow else 0
        if self._stuck >= _PATIENCE:
            self._cycle.transport.abort()
        elif self._is_quiet and not self.is_slow:
            self._write(self._stream.beat)
        self._is_quiet = True

    def end(self) -> None:
        """End the answer and the connection, since the server stops: at once, whatever has not been read."""
        self.close()
        if self._cycle.transport.get_write_buffer_size():
            self._cycle.transport.abort()
            return
        if self._is_chunked:
            self._cycle.transport.write(b"0\r\n\r\n")
        self._cycle.response_complete = True

    def close(self) -> None:
        """Forget the stream: its connection is lost."""
        self.is_over = True
        self._stream.close()

    def _write(self, content: bytes) -> None:
        self._cycle.transport.write(b"%x\r\n%s\r\n" % (len(content), content) if self._is_chunked else content)


class Streams:
    """All streams that are being sent. One timer serves them, however many there are and however much is to be sent."""

    def __init__(self) -> None:
        self._all: set[Streaming] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._is_woken = False
        self._round: asyncio.TimerHandle | None = None
        self._last_round = 0.0
        self._beat: asyncio.TimerHandle | None = None

    def begin(self, streaming: Streaming, head: bytes) -> None:
        """Send a stream from now on. Call it in the event loop."""
        self._loop = asyncio.get_running_loop()
        self._all.add(streaming)
        streaming.begin(head, self._wake)
        self._plan()
        if self._beat is None:
            self._beat = self._loop.call_later(limits.BEAT_SECONDS, self._beat_all)

    def _wake(self) -> None:
        """Have the event loop send what there is. Called in any thread."""
        if self._is_woken or self._loop is None:
            return
        self._is_woken = True
        with suppress(RuntimeError):  # the server has stopped
            self._loop.call_soon_threadsafe(self._woken)

    def _woken(self) -> None:
        self._is_woken = False  # first: who comes from here on wakes the loop again
        self._plan()

    def _plan(self) -> None:
        """Plan the next round, unless it is planned."""
        if self._round is None and self._loop:
            self._round = self._loop.call_at(max(self._loop.time(), self._last_round + _PAUSE), self._send_all)

    def _send_all(self) -> None:
        """Send each reader what there is; and again after a while, until there is nothing."""
        self._round = None
        self._last_round = self._loop.time() if self._loop else 0.0
        if self._each(Streaming.send):
            self._plan()

    def _beat_all(self) -> None:
        self._beat = None
        self._each(Streaming.beat)
        if self._all and self._loop:
            self._beat = self._loop.call_later(limits.BEAT_SECONDS, self._beat_all)

    def _each(self, act: Callable[[Streaming], object]) -> bool:
        """Do something for each stream that is not over. Whether any said that there is more."""
        self._all = {each for each in self._all if not each.is_over}
        has_more = False
        for each in self._all:
            try:
                has_more = bool(act(each)) or has_more
            except Exception:
                log.exception("a stream cannot be sent: a mistake of the emulator, please report it")
                each.end()
        return has_more
