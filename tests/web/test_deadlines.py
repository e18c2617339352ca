"""Connections that drip, wait or are too many, and a system that has no descriptors left."""

from __future__ import annotations

import http.client
import socket
import sys
from contextlib import ExitStack, suppress

import pytest

from tests.web.serving import Server, heard

SHORT = "limits.HEAD_SECONDS = limits.BODY_SECONDS = limits.UPLOAD_SECONDS = 0.5"
PARTS = {
    "a head": b"POST / HTTP/1.1\r\nHost: x\r\n",
    "a header": b"POST / HTTP/1.1\r\nHost: x\r\nA: b",
    "a method": b"PO",
    "an empty line": b"\r\n",
    "a body": b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 17\r\n\r\n{}",
    "an upload": b"PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 17\r\n\r\n{}",
    "chunks": b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n",
    "trailers": b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: y",
}


@pytest.mark.parametrize("name", PARTS)
def test_64_connections_that_say_a_part_hold_up_nobody_and_are_cut_off(name: str) -> None:
    server = Server(SHORT)
    with ExitStack() as stack:
        stack.callback(server.kill)
        dripping = [stack.enter_context(server.connect()) for _ in range(64)]
        for connection in dripping:
            connection.sendall(PARTS[name])
        assert server.ask(b"hello") == b"hello"
        for connection in dripping:
            assert heard(connection).startswith(b"HTTP/1.1 408 Request Timeout\r\n")
        assert server.ask(b"hello") == b"hello"
        assert server.stop() == (0, "stopping\nstopped\n", "")


def test_a_connection_that_drips_gains_no_time_by_it() -> None:
    server = Server(SHORT)
    with server.connect() as connection, ExitStack() as stack:
        stack.callback(server.kill)
        connection.settimeout(0.05)
        connection.sendall(b"POST / HTTP/1.1\r\nA: ")
        received = b""
        while not received:
            connection.sendall(b"a")
            with suppress(TimeoutError):
                received = connection.recv(100)
        assert received.startswith(b"HTTP/1.1 408 ")


def test_a_deadline_begins_anew_with_each_request_on_a_connection() -> None:
    server = Server("limits.HEAD_SECONDS = limits.BODY_SECONDS = 0.5")
    with server.connect() as connection, ExitStack() as stack:
        stack.callback(server.kill)
        for _ in range(2):
            connection.sendall(b"POST /outside HTTP/1.1\r\nHost: x\r\nContent-Le")
            connection.sendall(b"ngth: 2\r\n\r\nh")
            connection.sendall(b"i")
            server.ask(b"1", "/until-outside")
            server.ask(b"", "/go")
            assert read(connection).endswith(b"hi")


def test_an_idle_connection_is_closed_though_it_never_said_anything() -> None:
    server = Server("limits.IDLE_SECONDS = 1")
    with server.connect() as silent, server.connect() as kept:
        kept.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert heard(kept).startswith(b"HTTP/1.1 200 ")
        assert heard(silent) == b""
    server.kill()


def test_the_connection_that_is_idle_for_longest_makes_room_and_a_busy_one_does_not() -> None:
    server = Server("limits.connections = lambda: 3")
    with server.connect() as busy, server.connect() as kept, server.connect() as silent, ExitStack() as stack:
        stack.callback(server.kill)
        busy.sendall(b"POST /outside HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi")
        kept.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert read(kept).startswith(b"HTTP/1.1 200 ")
        assert server.ask(b"1", "/until-outside") == b"1"
        assert silent.recv(1000) == b""
        assert server.ask(b"", "/go") == b""
        assert read(busy).endswith(b"hi")


def test_a_connection_too_many_is_told_so_where_all_are_busy() -> None:
    server = Server("limits.connections = lambda: 2")
    with server.connect() as first, server.connect() as second, ExitStack() as stack:
        stack.callback(server.kill)
        first.sendall(b"GET /outside HTTP/1.1\r\nHost: x\r\n\r\n")
        second.sendall(b"POST /until-outside HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n1")
        assert read(second).endswith(b"1")
        second.sendall(b"POST / HTTP/1.1\r\nHost: x\r\n")
        second.sendall(b"Content-Length: 1\r\nExpect: 100-continue\r\n\r\n")
        assert second.recv(1000).startswith(b"HTTP/1.1 100 ")
        assert server.say(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").startswith(b"HTTP/1.1 503 ")


FEW = "import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (128, 128))"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not limit descriptors so")
def test_more_connections_than_descriptors_do_not_exhaust_them() -> None:
    server = Server(FEW)
    with ExitStack() as stack:
        for _ in range(300):
            stack.enter_context(server.connect())
        assert server.ask(b"hello") == b"hello"
    assert server.stop() == (0, "stopping\nstopped\n", "")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not limit descriptors so")
def test_it_serves_again_after_the_system_had_no_descriptor_left() -> None:
    server = Server(f"{FEW}; limits.connections = lambda: 4096")
    assert server.process.stderr is not None
    with ExitStack() as stack:
        for _ in range(300):
            stack.enter_context(server.connect())
        assert server.process.stderr.readline() == "no more connections are accepted for now: Too many open files\n"
    assert server.ask(b"hello") == b"hello"
    assert server.stop() == (0, "stopping\nstopped\n", "")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not limit descriptors so")
def test_the_soft_limit_of_open_files_is_raised() -> None:
    server = Server(
        "import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (100, 900))\n"
        "stopping = lambda: print(resource.getrlimit(resource.RLIMIT_NOFILE))"
    )
    assert server.stop()[1] == "(900, 900)\nstopped\n"


def test_more_kept_connections_than_threads_are_all_served() -> None:
    server = Server()
    connections = [http.client.HTTPConnection(*server.address, timeout=10) for _ in range(40)]
    for _ in range(2):
        for connection in connections:
            connection.request("POST", "/", b"hello")
            answer = connection.getresponse()
            assert answer.read() == b"hello"
            assert answer.getheader("Connection") != "close"
    for connection in connections:
        connection.close()
    server.kill()


def read(connection: socket.socket) -> bytes:
    """An answer with a length."""
    answer = http.client.HTTPResponse(connection)
    answer.begin()
    return b"HTTP/1.1 %d " % answer.status + answer.read()
