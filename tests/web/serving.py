"""The HTTP server in a process of its own, with an app of a few lines, and what is said to it over sockets."""

from __future__ import annotations

import http.client
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

ROOT = Path(__file__).resolve().parents[2]
APP = """
import signal, sys, threading
from emulator.outside import turns
from emulator.server import limits, serve
from emulator.server.listeners import listening

outside, go = threading.Semaphore(0), threading.Event()
if hasattr(signal, "SIGHUP"):
    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # nohup, under which the tests may run, has it ignored

def app(environ, start_response):
    body = environ["wsgi.input"].read()
    path = environ["PATH_INFO"]
    if path == "/outside":  # as a call that waits for a function
        with turns.given_back():
            outside.release()
            go.wait()
    elif path == "/until-outside":
        for _ in range(int(body)):
            outside.acquire()
    elif path == "/dropped":  # as a call that a test wants to get no answer
        environ["cognito_emulator.dropped"] = True
    elif path == "/go":
        go.set()
    elif path == "/environ":
        names = environ["QUERY_STRING"].split(",")
        body = "\\n".join(repr(environ.get(name)) for name in names).encode()
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
    return [body]

context, stopping = None, lambda: print("stopping", flush=True)
exec(sys.argv[3])
with listening(sys.argv[1], int(sys.argv[2]), context) as bound:
    serve(app, [bound], 4, lambda: print(f"listening on {bound.url}", flush=True), stopping)
print("stopped", flush=True)
"""


class Server:
    """The server in its process, which does what `before` says before it serves."""

    def __init__(self, before: str = "", host: str = "127.0.0.1", port: int = 0) -> None:
        command = [sys.executable, "-W", "error", "-c", APP, host, str(port), before]
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.line = self.read_line()
        url = urlsplit(self.line.removeprefix("listening on ").strip())
        self.address = (url.hostname or "", url.port or 0)

    def read_line(self) -> str:
        """The next line that it prints."""
        assert self.process.stdout is not None
        return self.process.stdout.readline()

    def ask(self, body: bytes, path: str = "/") -> bytes:
        connection = http.client.HTTPConnection(*self.address, timeout=20)
        connection.request("POST", path, body)
        answer = connection.getresponse().read()
        connection.close()
        return answer

    def connect(self) -> socket.socket:
        return socket.create_connection(self.address, timeout=10)

    def say(self, sent: bytes, *, ends: bool = False) -> bytes:
        """Send bytes that need not be HTTP; what comes back until the server hangs up."""
        with self.connect() as connection:
            connection.sendall(sent)
            if ends:
                connection.shutdown(socket.SHUT_WR)
            return heard(connection)

    def stop(self, number: int = signal.SIGTERM) -> tuple[int, str, str]:
        """Tell it to stop: exit code, the rest of its standard output, its standard error."""
        self.process.send_signal(number)
        output, errors = self.process.communicate(timeout=20)
        return self.process.returncode, output, errors

    def kill(self) -> None:
        """End it, if it has not ended."""
        self.process.kill()
        with self.process:
            pass


def heard(connection: socket.socket) -> bytes:
    """All that comes over a connection."""
    received = b""
    while part := connection.recv(65536):
        received += part
    return received


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.kill()
