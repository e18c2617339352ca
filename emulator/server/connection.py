"""Uvicorn's connection with limits and deadlines, and with the checks that RFC 9112 demands of a server."""

from __future__ import annotations

import io
import logging
import socket
from asyncio import TimerHandle, Transport
from collections.abc import Callable
from enum import Enum
from typing import Any

import httptools
from uvicorn.protocols.http.flow_control import HIGH_WATER_LIMIT
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from emulator.server import limits, requests
from emulator.server.exchange import Exchange
from emulator.server.requests import Refused

log = logging.getLogger("cognito_emulator.server")

_TLS = b"\x16\x03"
"""First bytes of a TLS handshake (RFC 8446, 5.1)."""
_EMPTY_LINE = 2
"""Length of the empty line that may come before a request (RFC 9112, 2.2)."""
_MALFORMED = Refused(400, "This is not a request as HTTP/1.1 has it.")


class State(ServerState):
    """State shared by all connections: how many there may be, and the idle ones, the longest idle first."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most = most
        self.idle: dict[Connection, None] = {}
        self.on_lost: Callable[[], None] = lambda: None
        """Called when a connection is lost."""


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
        self._deadline: TimerHandle | None = None
        self._unparsed = 0
        """Bytes since the head began, or since the last piece of a body: what the parser may have buffered."""
        self._body_bytes = 0
        self._unanswered = 0
        """Complete requests without an answer so far (pipelining)."""
        self._refusal: Refused | None = None
        self._is_small = False
        """Whether the request that is coming in is answered without a task, so far."""

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        """Accept the connection. If there are too many, the longest idle one is closed, or else this one is refused."""
        super().connection_made(transport)
        self.is_made = True
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        state = self.server_state
        if len(self.connections) <= state.most:
            self._idle()
        elif state.idle:
            oldest = next(iter(state.idle))
            del state.idle[oldest]
            oldest.transport.abort()
            self._idle()
        else:
            self._refuse(Refused(503, "The server has too many connections."))

    def connection_lost(self, exc: Exception | None) -> None:
        """Drop the connection, and a request that is not complete."""
        self.server_state.idle.pop(self, None)
        self._within(None)
        self._unset_keepalive_if_required()
        super().connection_lost(exc)
        self.server_state.on_lost()

    def eof_received(self) -> bool:  # type: ignore[override]
        """The client has closed its sending side: answer its complete requests, and refuse an incomplete one.

        With TLS, asyncio closes the connection whatever this returns.
        """
        if not self._unanswered or self.scheme == "https":
            return False
        if self._stage is _Stage.BETWEEN:
            self.cycle.keep_alive = False
        else:
            self._refuse(Refused(400, "The request was cut short."))
        return True

    def shutdown(self) -> None:
        """The server stops: end the connection, once the request in progress is answered."""
        super().shutdown()
        if self.scheme == "https" and self.transport.is_closing():
            self.loop.call_later(limits.FAREWELL_SECONDS, self.transport.abort)

    def data_received(self, data: bytes) -> None:
        """Parse the data, enforce the limits, and set the deadline for the rest of the request."""
        if self._refusal:
            return
        self._unset_keepalive_if_required()
        self.server_state.idle.pop(self, None)
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
        elif self._deadline is None:
            if self._stage is _Stage.BODY:
                self._within(limits.body(self.scope["method"])[1])
            elif self._stage is _Stage.HEAD or not self._unanswered:
                self._within(limits.HEAD_SECONDS)

    def _parse(self, data: bytes) -> None:
        """Feed the parser. A request with `Upgrade` is answered in HTTP/1.1 (RFC 9110, 7.8); Java's client sends them.

        After such a head, httptools parses no further, so a new parser is fed the head without `Upgrade`.
        """
        while data:
            try:
                self.parser.feed_data(data)
            except httptools.HttpParserUpgrade as upgrade:
                data = self._without_upgrade() + data[upgrade.args[0] :]
                self.parser = httptools.HttpRequestParser(self)
            else:
                return

    def _without_upgrade(self) -> bytes:
        """The head of the current request, without `Upgrade`."""
        lines = [b"%s: %s\r\n" % header for header in self.headers if header[0] not in (b"upgrade", b"connection")]
        if any(name == b"connection" and b"close" in value.lower() for name, value in self.headers):
            lines.append(b"connection: close\r\n")
        return b"%s %s HTTP/1.1\r\n%s\r\n" % (self.parser.get_method(), self.url, b"".join(lines))

    def on_message_begin(self) -> None:
        """Note that a head begins."""
        self._stage = _Stage.HEAD
        super().on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Store a header. Trailers of a chunked body are ignored (RFC 9110, 6.5.1)."""
        if self._stage is _Stage.HEAD:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Check the complete head, and start the task that waits for the body. Raises Refused."""
        self._stage = _Stage.BODY
        self._unparsed = self._body_bytes = 0
        self._within(None)
        method = self.parser.get_method().decode("ascii")
        head = requests.Head(method, self.url, self.parser.get_http_version(), self.headers)
        requests.check(head)
        self.url = head.target
        if not self.parser.should_upgrade():
            super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Store a piece of the body. Raises Refused if the body is too long."""
        self._unparsed = 0
        self._body_bytes += len(body)
        if self._body_bytes > limits.body(self.scope["method"])[0]:
            raise requests.too_large_body()
        super().on_body(body)
        if self._is_small and self._body_bytes > HIGH_WATER_LIMIT:
            self._is_small = False
            super()._start_asgi_task(self.cycle, self.app)

    def on_message_complete(self) -> None:
        """Note that the request is complete."""
        self._stage = _Stage.BETWEEN
        self._unparsed = 0
        self._within(None)
        if self.parser.should_upgrade():
            return
        self._unanswered += 1
        super().on_message_complete()
        if self._is_small:
            self._begin(self.cycle)

    def on_response_complete(self) -> None:
        """Go on after an answer: send the refusal that waits for it, or become idle."""
        self._unanswered -= 1
        super().on_response_complete()
        if self._refusal and not self._unanswered:
            self._write_refusal(self._refusal)
        elif not self._unanswered and self._stage is _Stage.BETWEEN:
            self.server_state.idle[self] = None

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        """Work on a request, once its body is there; one that is large or asked for first is waited for in a task."""
        if not cycle.more_body:
            self._begin(cycle)
        elif cycle.waiting_for_100_continue:
            super()._start_asgi_task(cycle, app)
        else:
            self._is_small = True

    def _begin(self, cycle: RequestResponseCycle) -> None:
        self._is_small = False
        exchange = Exchange(cycle, self.flow, self.server_state.tasks)
        self.app.begin(cycle.scope, io.BytesIO(cycle.body), exchange.answer)

    def timeout_keep_alive_handler(self) -> None:
        """Close the idle connection, even if the client has not read all answers."""
        if self.transport.get_write_buffer_size():
            self.transport.abort()
        else:
            super().timeout_keep_alive_handler()

    def _idle(self) -> None:
        """Become idle: closable, and closed after the keep-alive time."""
        self.server_state.idle[self] = None
        self.timeout_keep_alive_task = self.loop.call_later(self.timeout_keep_alive, self.timeout_keep_alive_handler)

    def _within(self, seconds: float | None) -> None:
        """Set the deadline to `seconds` from now, or remove it."""
        if self._deadline:
            self._deadline.cancel()
        self._deadline = None if seconds is None else self.loop.call_later(seconds, self._late, seconds)

    def _late(self, seconds: float) -> None:
        """Refuse the late request, unless an earlier one has no answer yet, since reading may be paused meanwhile."""
        self._within(seconds if self._unanswered else None)
        if not self._unanswered:
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
        self._within(None)
        latest: RequestResponseCycle | None = self.cycle
        if latest and latest.more_body:
            latest.disconnected = True
            latest.message_event.set()
        if not self._unanswered:
            self._write_refusal(refusal)

    def _write_refusal(self, refusal: Refused) -> None:
        """Send the refusal, and close after a while: closing at once could reset the connection before it is read."""
        text = str(refusal).encode()
        headers = [
            *self.server_state.default_headers,
            (b"content-type", b"text/plain; charset=utf-8"),
            (b"content-length", b"%d" % len(text)),
            (b"connection", b"close"),
        ]
        lines = b"".join(b"%s: %s\r\n" % header for header in headers)
        self.transport.write(b"".join([STATUS_LINE[refusal.status], lines, b"\r\n", text]))
        self._unset_keepalive_if_required()
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self.flow.resume_reading()
        self.loop.call_later(limits.LINGER_SECONDS, self.transport.abort)
