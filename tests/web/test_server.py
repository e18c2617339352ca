"""The HTTP server, as a process of its own, with an app of a few lines."""

from __future__ import annotations

import http.client
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

ROOT = Path(__file__).resolve().parents[2]
APP = """
import sys, time
from emulator.server import serve

def app(environ, start_response):
    body = environ["wsgi.input"].read()
    if environ["PATH_INFO"] == "/slow":
        time.sleep(1)
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
    return [body]

serve(app, sys.argv[1], 0, 4, lambda url: print(f"listening on {url}", flush=True))
print("stopped", flush=True)
"""


class Server:
    """The server in its process."""

    def __init__(self, host: str = "127.0.0.1") -> None:
        command = [sys.executable, "-W", "error", "-c", APP, host]
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.line = self.process.stdout.readline()
        url = urlsplit(self.line.removeprefix("listening on ").strip())
        self.address = (url.hostname or "", url.port or 0)

    def ask(self, body: bytes, path: str = "/") -> bytes:
        connection = http.client.HTTPConnection(*self.address, timeout=10)
        connection.request("POST", path, body)
        answer = connection.getresponse().read()
        connection.close()
        return answer

    def say(self, sent: bytes) -> bytes:
        """Send bytes that need not be HTTP; what comes back until the server hangs up."""
        with socket.create_connection(self.address, timeout=10) as connection:
            connection.sendall(sent)
            received = b""
            while part := connection.recv(65536):
                received += part
        return received

    def stop(self, number: int = signal.SIGTERM) -> tuple[int, str, str]:
        """Tell it to stop: exit code, the rest of its standard output, its standard error."""
        self.process.send_signal(number)
        output, errors = self.process.communicate(timeout=20)
        return self.process.returncode, output, errors


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    yield server
    if server.process.poll() is None:
        server.process.kill()
        server.process.communicate()


def test_it_says_the_real_port_and_answers_there(server: Server) -> None:
    assert server.line.startswith("listening on http://127.0.0.1:")
    assert server.address[1] != 0
    assert server.ask(b"hello") == b"hello"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals between processes")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_cleanly_and_at_once(server: Server, number: int) -> None:
    server.ask(b"hello")
    begun = time.monotonic()
    assert server.stop(number) == (0, "stopped\n", "")
    assert time.monotonic() - begun < 2


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals between processes")
def test_a_call_in_progress_is_answered_before_it_ends(server: Server) -> None:
    answers: list[bytes] = []
    caller = threading.Thread(target=lambda: answers.append(server.ask(b"slowly", "/slow")))
    caller.start()
    time.sleep(0.3)
    code, _, _ = server.stop()
    caller.join()
    assert (answers, code) == ([b"slowly"], 0)


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


@pytest.mark.parametrize(
    "sent",
    [
        b"\r\n\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(100) + b"\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET / HTTP/1.1\r\nno colon\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: many\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: nonsense\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nA: " + b"a" * 100_000 + b"\r\n\r\n",
    ],
)
def test_what_is_not_http_is_refused_without_a_failure_of_ours(server: Server, sent: bytes) -> None:
    answer = server.say(sent)
    assert answer == b"" or answer.split()[1][:1] == b"4" or answer.split()[1] in (b"501", b"505")
    assert server.ask(b"hello") == b"hello"


def test_a_chunked_body_arrives_whole(server: Server) -> None:
    head = b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
    answer = server.say(head + b"5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n")
    assert answer.endswith(b"\r\n\r\nhello!")


def test_a_caller_who_asks_first_whether_to_send_is_told_to(server: Server) -> None:
    head = b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n"
    with socket.create_connection(server.address, timeout=10) as connection:
        connection.sendall(head)
        assert connection.recv(1000).startswith(b"HTTP/1.1 100 Continue")
        connection.sendall(b"hello")
        received = b""
        while part := connection.recv(1000):
            received += part
    assert received.endswith(b"hello")


def test_an_address_that_is_taken_is_an_os_error(server: Server) -> None:
    code = f"from emulator.server import serve; serve(None, '127.0.0.1', {server.address[1]}, 1, print)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert "OSError" in done.stderr
    assert "ResourceWarning" not in done.stderr
