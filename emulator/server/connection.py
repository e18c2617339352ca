"""One connection: uvicorn's, with limits and deadlines, and with what RFC 9112 has a server refuse."""

from __future__ import annotations

import logging
import socket
from asyncio import TimerHandle, Transport
from enum import Enum
from typing import Any

import httptools
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from emulator.server import limits, requests
from emulator.server.requests import Refused

log = logging.getLogger("cognito_emulator.server")

_TLS = b"\x16\x03"
"""How a TLS handshake begins (RFC 8446, 5.1)."""


_EMPTY_LINE = 2
"""Bytes of the one empty line that may come before a request (RFC 9112, 2.2)."""
_MALFORMED = Refused(400, "This is not a request as HTTP/1.1 has it.")


class State(ServerState):
    """What connections share: how many there may be, and those that are idle, the one that is so for longest first."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most = most
        self.idle: dict[Connection, None] = {}


class _Stage(Enum):
    BETWEEN = "between two requests"
    HEAD = "in a head"
    BODY = "in a body"


class Connection(HttpToolsProtocol):
    """A connection, which is read without a thread, and no longer than a head and a body may take."""

    server_state: State

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._stage = _Stage.BETWEEN
        self._deadline: TimerHandle | None = None
        self._unparsed = 0
        """Bytes since the head began, or since the last ones of a body: all that the parser may be keeping."""
        self._body_bytes = 0
        self._unanswered = 0
        """Requests that are there whole and have no answer yet."""
        self._refusal: Refused | None = None

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        """Keep the connection; where there are too many, the one that has been idle for longest makes room."""
        super().connection_made(transport)
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
        """Forget the connection; a request that has not come whole is dropped."""
        self.server_state.idle.pop(self, None)
        self._within(None)
        self._unset_keepalive_if_required()
        super().connection_lost(exc)

    def eof_received(self) -> bool:  # type: ignore[override]
        """Answer what has come whole to a caller that says only that no more comes."""
        if not self._unanswered:
            return False
        if self._stage is _Stage.BETWEEN:
            self.cycle.keep_alive = False
        else:
            self._refuse(Refused(400, "The request was cut short."))
        return True

    def data_received(self, data: bytes) -> None:
        """Read on, and see to it that the rest comes in time."""
        if self._refusal:
            return
        self._unset_keepalive_if_required()
        self.server_state.idle.pop(self, None)
        self._unparsed += len(data)
        try:
            self._parse(data)
        except httptools.HttpParserError as error:
            self._refuse(self._reason(error, data))
            return
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
        """Parse. Where a caller proposes another protocol, go on in this one (RFC 9110, 7.8): Java's HTTP client does.

        The parser takes what follows such a head for the other protocol: a new one gets the head without the proposal.
        """
        while data:
            try:
                self.parser.feed_data(data)
            except httptools.HttpParserUpgrade as proposed:
                data = self._without_proposal() + data[proposed.args[0] :]
                self.parser = httptools.HttpRequestParser(self)
            else:
                return

    def _without_proposal(self) -> bytes:
        lines = [b"%s: %s\r\n" % header for header in self.headers if header[0] not in (b"upgrade", b"connection")]
        if any(name == b"connection" and b"close" in value.lower() for name, value in self.headers):
            lines.append(b"connection: close\r\n")
        return b"%s %s HTTP/1.1\r\n%s\r\n" % (self.parser.get_method(), self.url, b"".join(lines))

    def on_message_begin(self) -> None:
        """A request begins."""
        self._stage = _Stage.HEAD
        super().on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header; the trailers of a chunked body are none (RFC 9110, 6.5.1)."""
        if self._stage is _Stage.HEAD:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """A head is there whole: its body, if any, is waited for in a task, without a thread. Raises Refused."""
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
        """Take a piece of a body. Raises Refused where it is too long."""
        self._unparsed = 0
        self._body_bytes += len(body)
        if self._body_bytes > limits.body(self.scope["method"])[0]:
            raise requests.too_large_body()
        super().on_body(body)

    def on_message_complete(self) -> None:
        """A request is there whole."""
        self._stage = _Stage.BETWEEN
        self._unparsed = 0
        self._within(None)
        if self.parser.should_upgrade():
            return
        self._unanswered += 1
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """A request is answered: the next one may be there already."""
        self._unanswered -= 1
        super().on_response_complete()
        if self._refusal and not self._unanswered:
            self._write_refusal(self._refusal)
        elif not self._unanswered and self._stage is _Stage.BETWEEN:
            self.server_state.idle[self] = None

    def timeout_keep_alive_handler(self) -> None:
        """Close an idle connection, whether or not the caller has read all answers."""
        if self.transport.get_write_buffer_size():
            self.transport.abort()
        else:
            super().timeout_keep_alive_handler()

    def _idle(self) -> None:
        self.server_state.idle[self] = None
        self.timeout_keep_alive_task = self.loop.call_later(self.timeout_keep_alive, self.timeout_keep_alive_handler)

    def _within(self, seconds: float | None) -> None:
        """Have a deadline so many seconds from now, or none."""
        if self._deadline:
            self._deadline.cancel()
        self._deadline = None if seconds is None else self.loop.call_later(seconds, self._late, seconds)

    def _late(self, seconds: float) -> None:
        """Refuse a request that does not come; while an earlier one is worked on, this one may be held up by us."""
        self._within(seconds if self._unanswered else None)
        if not self._unanswered:
            self._refuse(Refused(408, "The request did not come in time."))

    def _reason(self, error: httptools.HttpParserError, data: bytes) -> Refused:
        if isinstance(error.__context__, Refused):
            return error.__context__
        if self._unparsed == len(data) and data.startswith(_TLS):
            log.warning("TLS on the plain port, from %s: is the URL to begin with http:// ?", self.client)
            return Refused(400, "This port speaks HTTP without TLS.")
        return _MALFORMED

    def _refuse(self, refusal: Refused) -> None:
        """Read no more, and say why once all that came before is answered. A request in the making is dropped."""
        self._refusal = refusal
        self._within(None)
        latest: RequestResponseCycle | None = self.cycle
        if latest and latest.more_body:
            latest.disconnected = True
            latest.message_event.set()
        if not self._unanswered:
            self._write_refusal(refusal)

    def _write_refusal(self, refusal: Refused) -> None:
        """Say why, and read what still comes for a while: closing at once could take the refusal from the caller."""
        words = str(refusal).encode()
        headers = [
            *self.server_state.default_headers,
            (b"content-type", b"text/plain; charset=utf-8"),
            (b"content-length", b"%d" % len(words)),
            (b"connection", b"close"),
        ]
        lines = b"".join(b"%s: %s\r\n" % header for header in headers)
        self.transport.write(b"".join([STATUS_LINE[refusal.status], lines, b"\r\n", words]))
        self._unset_keepalive_if_required()
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self.flow.resume_reading()
        self.loop.call_later(limits.LINGER_SECONDS, self.transport.abort)
