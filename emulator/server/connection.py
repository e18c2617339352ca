"""Uvicorn's connection with limits and deadlines, and with the checks that RFC 9112 demands of a server."""

from __future__ import annotations

import io
import logging
import socket
from asyncio import Transport
from enum import Enum
from typing import Any

import httptools
from uvicorn.protocols.http.flow_control import HIGH_WATER_LIMIT
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from emulator.server import limits, requests
from emulator.server.alarm import Alarm
from emulator.server.exchange import Exchange, make_closable
from emulator.server.requests import Refused
from emulator.server.state import State
from emulator.server.streaming import Streaming

log = logging.getLogger("cognito_emulator.server")

_TLS = b"\x16\x03"
"""First bytes of a TLS handshake (RFC 8446, 5.1)."""
_EMPTY_LINE = 2
"""Length of the empty line that may come before a request (RFC 9112, 2.2)."""
_MALFORMED = Refused(400, "This is not a request as HTTP/1.1 has it.")


class _Stage(Enum):
    BETWEEN = "between two requests"
    HEAD = "in a head"
    BODY = "in a body"


class Connection(HttpToolsProtocol):
    """A connection. It is read in the event loop, with deadlines for the head and for the body of each request."""

    app: Any  # an Application
    server_state: State

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.is_made = False
        """Whether the connection has begun; with TLS, that is after the handshake."""
        self._stage = _Stage.BETWEEN
        self._deadline = Alarm(self.loop, self._late)
        self._keep_alive = Alarm(self.loop, self.timeout_keep_alive_handler)
        self._unparsed = 0
        """Bytes since the head began, or since the last piece of a body: what the parser may have buffered."""
        self._body_bytes = 0
        self._limits = (0, 0.0)
        """The bytes and seconds that the body may take."""
        self._unanswered = 0
        """Complete requests without an answer so far (pipelining)."""
        self._refusal: Refused | None = None
        self._is_small = False
        """Whether the request that is coming in is answered without a task, so far."""
        self._complete: RequestResponseCycle | None = None
        """The complete request that is worked on next."""
        self._is_reading = False
        self._streaming: Streaming | None = None

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        """Accept the connection. If there are too many, the longest idle one is closed, or else this one is refused."""
        super().connection_made(transport)
        self.is_made = True
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if len(self.connections) <= self.server_state.most or self.server_state.make_room():
            self._idle()
        else:
            self._refuse(Refused(503, "The server has too many connections."))

    def connection_lost(self, exc: Exception | None) -> None:
        """Drop the connection, and a request that is not complete."""
        self.server_state.idle.pop(self, None)
        super().connection_lost(exc)
        if self._streaming:
            self._streaming.close()
        self._deadline.end()
        self._keep_alive.end()
        self.server_state.on_lost()

    def eof_received(self) -> bool:  # type: ignore[override]
        """The client has closed its sending side: answer its complete requests, and refuse an incomplete one.

        With TLS, asyncio closes the connection whatever this returns.
        """
        if not self._unanswered or self._streaming or self.scheme == "https":
            return False
        if self._stage is _Stage.BETWEEN:
            self.cycle.keep_alive = False
        else:
            self._refuse(Refused(400, "The request was cut short."))
        return True

    def shutdown(self) -> None:
        """The server stops: end the connection, once the request in progress is answered."""
        if self._streaming:
            self._streaming.end()
            self.transport.close()  # requests that wait behind a stream are never answered
        else:
            super().shutdown()
        if self.scheme == "https" and self.transport.is_closing():
            self.loop.call_later(limits.FAREWELL_SECONDS, self.transport.abort)

    def data_received(self, data: bytes) -> None:
        """Parse the data, enforce the limits, set the deadline for the rest of the request, or begin with its work."""
        if self._refusal:
            return
        self._is_reading = True
        self._unset_keepalive_if_required()
        self.server_state.idle.pop(self, None)
        self._read(data)
        self._is_reading = False
        self._work()

    def _read(self, data: bytes) -> None:
        self._unparsed += len(data)
        is_first = not self.pipeline
        try:
            self._parse(data)
        except httptools.HttpParserError as error:
            self._refuse(self._reason(error, data))
            return
        if self.pipeline and is_first:
            self.flow.resume_reading()  # to hear of the end, while a request that came before is worked on
        if self._unparsed > limits.HEAD_BYTES:
            self._refuse(requests.too_large_head())
        elif self._stage is _Stage.BETWEEN and self._unparsed > _EMPTY_LINE:
            self._refuse(_MALFORMED)
        elif not self._deadline.is_set:
            if self._stage is _Stage.BODY:
                self._deadline.set(self._limits[1])
            elif self._stage is _Stage.HEAD or not self._unanswered:
                self._deadline.set(limits.HEAD_SECONDS)

    def _parse(self, data: bytes) -> None:
        """Feed the parser. A request with `Upgrade` is answered in HTTP/1.1 (RFC 9110, 7.8); Java's client sends them.

        After such a head, httptools parses no further, so a new parser is fed the head without `Upgrade`.
        """
        while data:
            try:
                self.parser.feed_data(data)
            except httptools.HttpParserUpgrade as upgrade:
                head = requests.without_upgrade(self.parser.get_method(), self.url, self.headers)
                data = head + data[upgrade.args[0] :]
                self.parser = httptools.HttpRequestParser(self)
            else:
                return

    def on_message_begin(self) -> None:
        """Note that a head begins."""
        self._stage = _Stage.HEAD
        super().on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Store a header. Trailers of a chunked body are ignored (RFC 9110, 6.5.1)."""
        if self._stage is not _Stage.HEAD:
            return
        name = name.lower()
        if name == b"expect" and value.lower() == b"100-continue":
            self.expect_100_continue = True
        self.headers.append((name, value))

    def on_headers_complete(self) -> None:
        """Check the complete head, and start the task that waits for the body. Raises Refused."""
        self._stage = _Stage.BODY
        self._unparsed = self._body_bytes = 0
        self._deadline.clear()
        method = self.parser.get_method().decode("ascii")
        head = requests.Head(method, self.url, self.parser.get_http_version(), self.headers)
        self._limits = requests.check(head)
        self.url = head.target
        if not self.parser.should_upgrade():
            super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Store a piece of the body. Raises Refused if the body is too long."""
        self._unparsed = 0
        self._body_bytes += len(body)
        if self._body_bytes > self._limits[0]:
            raise requests.too_large_body()
        super().on_body(body)
        if self._is_small and self._body_bytes > HIGH_WATER_LIMIT:
            self._wait_for_body(self.cycle, self.app)

    def on_message_complete(self) -> None:
        """Note that the request is complete."""
        self._stage = _Stage.BETWEEN
        self._unparsed = 0
        self._deadline.clear()
        if self.parser.should_upgrade():
            return
        self._unanswered += 1
        super().on_message_complete()
        if self._is_small:
            self._begin(self.cycle)

    def on_response_complete(self) -> None:
        """Go on after an answer: with the next request, with the refusal that waits for it, or become idle."""
        self._unanswered -= 1
        self.server_state.total_requests += 1
        if not self.transport.is_closing():
            self.flow.resume_reading()
            if self.pipeline:
                self._start_asgi_task(*self.pipeline.pop())
            else:
                self._keep_alive.set(self.timeout_keep_alive)
        if self._refusal and not self._unanswered:
            self._write_refusal(self._refusal)
        elif not self._unanswered and self._stage is _Stage.BETWEEN:
            self.server_state.idle[self] = None

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        """Work on a request, once its body is there; one that is large or asked for first is waited for in a task."""
        if not cycle.more_body:
            self._begin(cycle)
        elif cycle.waiting_for_100_continue:
            self._wait_for_body(cycle, app)
        else:
            self._is_small = True

    def _wait_for_body(self, cycle: RequestResponseCycle, app: Any) -> None:
        self._is_small = False
        make_closable(cycle)
        super()._start_asgi_task(cycle, app)

    def _begin(self, cycle: RequestResponseCycle) -> None:
        """Work on a complete request: once the data that has come is read, since the answer may be sent at once."""
        self._is_small = False
        self._complete = cycle
        if not self._is_reading:
            self.loop.call_soon(self._work)

    def _work(self) -> None:
        if self._complete is None:
            return
        cycle, self._complete = self._complete, None
        exchange = Exchange(cycle, self.flow, self.server_state, self._begin_stream)
        self.app.begin(cycle.scope, io.BytesIO(cycle.body), exchange.answer)

    def _begin_stream(self, streaming: Streaming, head: bytes) -> None:
        self._streaming = streaming
        self.app.streams.begin(streaming, head)

    def _unset_keepalive_if_required(self) -> None:
        self._keep_alive.clear()

    def timeout_keep_alive_handler(self) -> None:
        """Close the idle connection, even if the client has not read all answers."""
        if self.transport.get_write_buffer_size():
            self.transport.abort()
        else:
            super().timeout_keep_alive_handler()

    def _idle(self) -> None:
        """Become idle: closable, and closed after the keep-alive time."""
        self.server_state.idle[self] = None
        self._keep_alive.set(self.timeout_keep_alive)

    def _late(self) -> None:
        """Refuse the late request, unless an earlier one has no answer yet, since reading may be paused meanwhile."""
        if self._unanswered:
            self._deadline.set(self._deadline.seconds)
        else:
            self._refuse(Refused(408, "The request did not come in time."))

    def _reason(self, error: httptools.HttpParserError, data: bytes) -> Refused:
        """The refusal for a parser error: that of a check, or of malformed data."""
        if isinstance(error.__context__, Refused):
            return error.__context__
        if self._unparsed == len(data) and data.startswith(_TLS):
            log.warning("TLS on the plain port, from %s: is the URL to begin with http:// ?", self.client)
            return Refused(400, "This port speaks HTTP without TLS.")
        return _MALFORMED

    def _refuse(self, refusal: Refused) -> None:
        """Stop reading, drop the incomplete request, and send the refusal after the answers to earlier requests."""
        self._refusal = refusal
        self._deadline.clear()
        latest: RequestResponseCycle | None = self.cycle
        if latest and latest.more_body:
            latest.disconnected = True
            latest.message_event.set()
        if not self._unanswered:
            self._write_refusal(refusal)

    def _write_refusal(self, refusal: Refused) -> None:
        """Send the refusal, and close after a while: closing at once could reset the connection before it is read."""
        self.transport.write(STATUS_LINE[refusal.status] + refusal.rest(self.server_state.default_headers))
        self._unset_keepalive_if_required()
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self.flow.resume_reading()
        self.loop.call_later(limits.LINGER_SECONDS, self.transport.abort)
