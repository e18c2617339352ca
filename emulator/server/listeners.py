"""The sockets that a server listens on, with and without TLS."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from msgspec import Struct

from emulator.server import limits

if TYPE_CHECKING:
    import ssl


class Listener(Struct, frozen=True):
    """A listening socket and its base URL. With a context, it speaks TLS."""

    socket: socket.socket
    url: str
    context: ssl.SSLContext | None = None


class CannotListen(OSError):
    """An address cannot be bound. `reason` is the system's error."""

    def __init__(self, host: str, port: int, reason: OSError, *, secure: bool) -> None:
        super().__init__(reason.errno, str(reason))
        self.host = host
        self.port = port
        self.reason = reason
        self.secure = secure


@contextmanager
def listening(host: str, port: int, context: ssl.SSLContext | None = None) -> Iterator[Listener]:
    """A listener at an address. Raises `CannotListen`.

    With SO_REUSEADDR (POSIX), so that a restarted server can bind the address at once.
    """
    try:
        bound = _bound(host, port)
    except OSError as error:
        raise CannotListen(host, port, error, secure=context is not None) from error
    with bound:
        yield Listener(bound, _url(host, bound.getsockname()[1], secure=context is not None), context)


def _bound(host: str, port: int) -> socket.socket:
    name = host.encode() if host.isascii() else host  # text would be encoded by IDNA, even if it is an address
    family, _, _, _, address = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    both = family == socket.AF_INET6 and address[0] == "::" and socket.has_dualstack_ipv6()
    return socket.create_server(address[:2], family=family, backlog=limits.BACKLOG, dualstack_ipv6=both)


def _url(host: str, port: int, *, secure: bool) -> str:
    scheme = "https" if secure else "http"
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"
