"""The HTTP server, as a process of its own, with an app of a few lines."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.web.serving import ROOT, Server, heard, server

__all__ = ["server"]


def test_it_says_the_real_port_and_answers_there(server: Server) -> None:
    assert server.line.startswith("listening on http://127.0.0.1:")
    assert server.address[1] != 0
    assert server.ask(b"hello") == b"hello"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals between processes")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_ends_it_cleanly_and_at_once(server: Server, number: int) -> None:
    server.ask(b"hello")
    begun = time.monotonic()
    assert server.stop(number) == (0, "stopping\nstopped\n", "")
    assert time.monotonic() - begun < 2


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals between processes")
def test_a_call_in_progress_is_answered_before_it_ends() -> None:
    server = Server("stopping = go.set")
    with server.connect() as connection:
        connection.sendall(b"POST /outside HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\n\r\nslowly")
        server.ask(b"1", "/until-outside")
        assert server.stop()[0] == 0
        assert heard(connection).endswith(b"\r\n\r\nslowly")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals between processes")
def test_a_call_that_hangs_does_not_keep_it_from_ending(server: Server) -> None:
    with server.connect() as hung:
        hung.sendall(b"GET /outside HTTP/1.1\r\nHost: x\r\n\r\n")
        server.ask(b"1", "/until-outside")
        begun = time.monotonic()
        code, output, _ = server.stop()
        assert (code, output) == (0, "stopping\nstopped\n")
        assert time.monotonic() - begun < 8  # Docker kills after ten seconds
        assert heard(hung).startswith(b"HTTP/1.1 503 ")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals between processes")
def test_a_second_signal_kills_it(server: Server) -> None:
    with server.connect() as hung:
        hung.sendall(b"GET /outside HTTP/1.1\r\nHost: x\r\n\r\n")
        server.ask(b"1", "/until-outside")
        server.process.send_signal(signal.SIGTERM)
        assert server.read_line() == "stopping\n"
        assert server.stop()[0] == -signal.SIGTERM


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGHUP")
def test_a_hangup_that_nohup_ignores_does_not_end_it() -> None:
    server = Server("import signal; signal.signal(signal.SIGHUP, signal.SIG_IGN)")
    server.process.send_signal(signal.SIGHUP)
    assert server.ask(b"hello") == b"hello"
    assert server.stop()[0] == 0


def test_a_kept_connection_answers_without_delay(server: Server) -> None:
    """Nagle's algorithm against delayed acknowledgement would cost 40 ms a call."""
    connection = http.client.HTTPConnection(*server.address, timeout=10)
    durations = []
    for _ in range(50):
        begun = time.monotonic()
        connection.request("POST", "/", b"hello")
        assert connection.getresponse().read() == b"hello"
        durations.append(time.monotonic() - begun)
    connection.close()
    assert sorted(durations)[25] < 0.03


def test_silent_connections_hold_up_nobody(server: Server) -> None:
    silent = [socket.create_connection(server.address) for _ in range(20)]
    assert server.ask(b"hello") == b"hello"
    for connection in silent:
        connection.close()


def test_more_kept_connections_than_threads_are_all_served(server: Server) -> None:
    connections = [http.client.HTTPConnection(*server.address, timeout=10) for _ in range(40)]
    for _ in range(2):
        for connection in connections:
            connection.request("POST", "/", b"hello")
            answer = connection.getresponse()
            assert answer.read() == b"hello"
            assert answer.getheader("Connection") != "close"
    for connection in connections:
        connection.close()


def test_an_address_that_is_taken_is_an_os_error(server: Server) -> None:
    code = f"from emulator.server.listeners import listening; listening('127.0.0.1', {server.address[1]}).__enter__()"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert "OSError" in done.stderr
    assert "CannotListen" in done.stderr
    assert "ResourceWarning" not in done.stderr


def test_a_free_port_that_was_given_can_be_had_again_at_once(server: Server) -> None:
    server.say(
        b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    )  # the server hangs up first: TIME_WAIT is here
    with server.connect() as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert connection.recv(1000)
        server.stop()
        again = Server(port=server.address[1])
        assert again.ask(b"hello") == b"hello"
        again.kill()


SOON = """
from emulator import responses

def at_once(environ):
    path = environ["PATH_INFO"]
    if path == "/fails":
        raise ValueError("a mistake")
    if path not in ("/soon", "/fails-later", "/waits"):
        return None
    body = environ["wsgi.input"].read()
    response = responses.of(200, body, "text/plain")
    response.finish = {"/fails-later": fail, "/waits": lambda: open(body).read()}.get(path)
    return response

def fail():
    raise ValueError("a mistake at the end")

app.at_once = at_once
"""
"""Answers /soon in the event loop."""


def test_a_request_that_is_answered_at_once_needs_no_turn() -> None:
    server = Server(SOON)
    try:
        with ExitStack() as busy:
            for _ in range(4):  # as many as there are turns
                connection = busy.enter_context(server.connect())
                connection.sendall(b"POST /until-outside HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n1")
            assert server.ask(b"hello", "/soon") == b"hello"
    finally:
        server.kill()


def test_requests_that_come_together_are_answered_in_their_order_whoever_answers_them() -> None:
    server = Server(SOON)
    request = "POST {} HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n{}\r\n{}"
    places = ["/soon", "/later", "/soon", "/soon", "/later", "/later", "/soon"]
    sent = [request.format(place, "", number) for number, place in enumerate(places)]
    sent.append(request.format("/soon", "Connection: close\r\n", 7))
    try:
        heard = server.say("".join(sent).encode())
        assert [part[-1:] for part in heard.split(b"HTTP/1.1 200")[1:]] == [b"%d" % number for number in range(8)]
    finally:
        server.kill()


@pytest.mark.parametrize(
    ("fields", "body"),
    [("", b"x"), ("", b"x" * 200_000), ("Expect: 100-continue\r\n", b"x")],
    ids=["small", "large", "awaited"],
)
def test_a_dropped_request_gets_no_answer_and_earlier_ones_do(server: Server, fields: str, body: bytes) -> None:
    head = f"POST /dropped HTTP/1.1\r\nHost: x\r\n{fields}Content-Length: {len(body)}\r\n\r\n"
    earlier = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello"
    heard = server.say(earlier + head.encode() + body + earlier)
    assert heard.removesuffix(b"HTTP/1.1 100 Continue\r\n\r\n").endswith(b"\r\n\r\nhello")
    assert heard.count(b"HTTP/1.1 200") == 1
    assert server.ask(b"hello") == b"hello"


def test_what_is_left_to_do_is_done_once_the_answer_is_sent(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    server = Server(SOON)
    try:
        assert server.ask(bytes(pipe), "/waits") == bytes(pipe)  # while the server waits for somebody to write
        pipe.write_text("go on")
        assert server.ask(b"hello", "/soon") == b"hello"
    finally:
        server.kill()


THEN = """
from emulator.responses import LATER

def answering_first(environ, start):
    environ[LATER](lambda: open(body).read())
    body = environ["wsgi.input"].read()
    start("200 OK", [])
    return [body]

first = app
app = lambda environ, start: (answering_first if environ["PATH_INFO"] == "/then" else first)(environ, start)
"""
"""Answers /then in a thread, and has the server read a file afterwards."""


def test_what_a_thread_leaves_to_do_is_done_once_its_answer_is_sent_and_before_the_next_request(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    server = Server(THEN)
    try:
        assert server.ask(bytes(pipe), "/then") == bytes(pipe)  # while the server waits for somebody to write
        with server.connect() as connection:
            connection.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello")
            connection.settimeout(0.2)
            with pytest.raises(TimeoutError):
                connection.recv(1)
            connection.settimeout(20)
            pipe.write_text("go on")
            assert heard(connection).endswith(b"hello")
    finally:
        server.kill()


def test_a_mistake_after_an_answer_is_told_in_the_log() -> None:
    server = Server(SOON)
    assert server.ask(b"hello", "/fails-later") == b"hello"
    assert server.ask(b"hello", "/soon") == b"hello"
    code, _, errors = server.stop()
    assert code == 0
    assert "ValueError: a mistake at the end" in errors


def test_a_mistake_in_the_event_loop_is_a_500_and_told_in_the_log() -> None:
    server = Server(SOON)
    assert server.ask(b"", "/fails") == b"The emulator failed; its log says how."
    assert server.ask(b"hello") == b"hello"
    code, _, errors = server.stop()
    assert code == 0
    assert "ValueError: a mistake" in errors
