"""A connection pooler for tests, as PgBouncer before 1.21 is with transaction pooling, at its worst.

Each transaction of a client gets the connection to the server that has rested longest, so never the one before, with
the prepared statements and parameters that are there. Nothing is reset. COPY is not supported.
"""

from __future__ import annotations

import queue
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_ENCRYPTION_REQUESTS = {80877103, 80877104}
"""SSLRequest and GSSENCRequest (PostgreSQL's documentation, "Message Formats")."""
_LOGGED_IN = b"R" + struct.pack("!ii", 8, 0)
_MADE_UP_PROCESS = b"K" + struct.pack("!iii", 12, 7, 7)
_REFUSAL = "transaction blocks not allowed in statement pooling mode"
_READY = b"Z" + struct.pack("!i", 5) + b"I"


class _Wire:
    """One end of a connection, as messages."""

    def __init__(self, raw: socket.socket) -> None:
        self.raw = raw
        self._file = raw.makefile("rb")

    def startup(self) -> bytes:
        """The first message of a client, which has no type. Encryption is refused."""
        while True:
            length = self._read(4)
            message = length + self._read(struct.unpack("!i", length)[0] - 4)
            if struct.unpack("!i", message[4:8])[0] not in _ENCRYPTION_REQUESTS:
                return message
            self.raw.sendall(b"N")

    def until(self, *kinds: bytes) -> bytes:
        """All messages until one of these types, that one included."""
        read = b""
        while True:
            head = self._read(5)
            message = head + self._read(struct.unpack("!i", head[1:])[0] - 4)
            read += message
            if head[:1] in kinds:
                self.last = message
                return read

    def _read(self, size: int) -> bytes:
        data = self._file.read(size)
        if len(data) < size:
            raise EOFError
        return data


class Pooler:
    """Listens at `port`, for clients of one database on the server at another port of this machine."""

    def __init__(self, server_port: int, connections: int = 2, *, allows_transactions: bool = True) -> None:
        self._server_port = server_port
        self._allows_transactions = allows_transactions
        self._missing = connections
        self._resting: queue.SimpleQueue[_Wire] = queue.SimpleQueue()
        self._parameters = b""
        self._lock = threading.Lock()
        self._open: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listener.close()
        for each in self._open:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                self._open.append(client)
                threading.Thread(target=self._serve, args=[client], daemon=True).start()

    def _connect(self, startup: bytes) -> None:
        """Open the connections to the server, as the first client wants them."""
        with self._lock:
            for _ in range(self._missing):
                server = _Wire(socket.create_connection(("127.0.0.1", self._server_port)))
                self._open.append(server.raw)
                server.raw.sendall(startup)
                answer = server.until(b"Z")
                self._parameters = answer[len(_LOGGED_IN) : -len(_MADE_UP_PROCESS + _READY)]
                self._resting.put(server)
            self._missing = 0

    def _serve(self, raw: socket.socket) -> None:
        client = _Wire(raw)
        server: _Wire | None = None
        with suppress(EOFError, OSError, ValueError):
            self._connect(client.startup())
            raw.sendall(_LOGGED_IN + self._parameters + _MADE_UP_PROCESS + _READY)
            while True:
                asked = client.until(b"Q", b"S", b"X")  # Query, Sync, Terminate
                if client.last.startswith(b"X"):
                    break
                if b"BEGIN" in asked and not self._allows_transactions:
                    raw.sendall(_error(_REFUSAL))
                    break
                server = server or self._resting.get()
                server.raw.sendall(asked)
                raw.sendall(server.until(b"Z"))
                if server.last == _READY:  # no transaction
                    self._resting.put(server)
                    server = None
        raw.close()
        if server:
            server.raw.close()


def _error(text: str) -> bytes:
    fields = b"SFATAL\0VFATAL\0C08P01\0M" + text.encode() + b"\0\0"
    return b"E" + struct.pack("!i", 4 + len(fields)) + fields


@contextmanager
def pooling(server_port: int, *, allows_transactions: bool = True) -> Iterator[int]:
    """The port of a pooler in front of a server; without transactions, as PgBouncer with statement pooling."""
    pooler = Pooler(server_port, allows_transactions=allows_transactions)
    try:
        yield pooler.port
    finally:
        pooler.close()
