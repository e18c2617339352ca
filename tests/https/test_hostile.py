"""Clients that do not speak TLS, or only half of it, do no harm."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import suppress

import pytest

from tests.https.conftest import Secure
from tests.web.serving import Server, heard

_LOCAL = """
from datetime import UTC, datetime
from emulator.server import tls
from keys import authority
now = lambda: datetime.now(UTC)
context = tls.local(authority.create(now()), ["localhost"], now)
"""


def hello(name: str) -> bytes:
    """The first flight of a TLS client that asks for a name."""
    outgoing = ssl.MemoryBIO()
    client = ssl.create_default_context().wrap_bio(ssl.MemoryBIO(), outgoing, server_hostname=name)
    with pytest.raises(ssl.SSLWantReadError):
        client.do_handshake()
    return outgoing.read()


def unverified() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


HOSTILE = {
    "nothing": b"",
    "zeros": bytes(1000),
    "a large record that never comes": b"\x16\x03\x01\xff\xff\x01",
    "half a hello": hello("localhost")[:100],
    "a name that is not ASCII": hello("aaaa.localhost").replace(b"aaaa", b"\xff\xfe\xff\xfe"),
    "a name with a zero byte": hello("aaaa.localhost").replace(b"aaaa", b"a\0aa"),
    "a name with a path": hello("aaaaaaa.localhost").replace(b"aaaaaaa", b"../../a"),
    "a hello and then garbage": hello("localhost") + b"\x17\x03\x03\x00\x05hello",
    "plain HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
}


@pytest.mark.parametrize("sent", HOSTILE.values(), ids=HOSTILE)
def test_whatever_is_sent_the_server_goes_on(shared: Secure, sent: bytes) -> None:
    with shared.raw() as connection:
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_WR)
        with suppress(ConnectionError):
            assert b"HTTP/1.1 200" not in heard(connection)
    assert shared.get("/health").status == 200
    log = shared.server.log.read_text()
    assert "Traceback" not in log
    assert "ERROR" not in log


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "HEAD"])
def test_plain_http_on_the_port_for_https_is_told_so(shared: Secure, method: str) -> None:
    with shared.raw() as connection:
        connection.sendall(f"{method} /health HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n".encode())
        answer = heard(connection)
    assert answer.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert answer.endswith(b"\r\n\r\nThis port speaks HTTPS, not HTTP.\n")
    assert "is the URL to begin with https:// ?" in shared.server.log.read_text()


def test_a_request_that_is_cut_short_has_no_effect_and_no_answer(shared: Secure) -> None:
    with shared.connect() as connection:
        connection.sendall(b"POST /_emulator/reset HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nab")
        with connection.unwrap() as plain:
            assert plain.recv(1000) == b""
    assert shared.get("/health").status == 200
    assert "eof_received" not in shared.server.log.read_text()


@pytest.fixture
def narrow() -> Iterator[Server]:
    """A server with room for three handshakes."""
    server = Server(f"limits.HANDSHAKES = 3\n{_LOCAL}")
    yield server
    server.kill()


def test_of_too_many_handshakes_the_oldest_makes_room(narrow: Server) -> None:
    slow = [narrow.connect() for _ in range(4)]
    assert slow[0].recv(1) == b""
    with unverified().wrap_socket(narrow.connect(), server_hostname="localhost") as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert connection.recv(1000).startswith(b"HTTP/1.1 200")
    for each in slow:
        each.close()


def test_a_handshake_that_does_not_come_in_time_is_given_up() -> None:
    server = Server(f"limits.HANDSHAKE_SECONDS = 0.2\n{_LOCAL}")
    with server.connect() as connection:
        connection.sendall(hello("localhost")[:50])
        assert connection.recv(1) == b""
    code, _, errors = server.stop()
    assert (code, errors) == (0, "")
