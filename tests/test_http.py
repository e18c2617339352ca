"""Requests over real connections: the response, the limits of time and size; and who sends by which port."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest

from emulator.outside import functions, http
from emulator.outside.exports import Exporter
from emulator.outside.kms import Kms
from keys.sigv4 import Credentials

CLIENT = http.HttpClient()
URL = "http://elsewhere.invalid/in"
INVOKE = f"{URL}/2015-03-31/functions/f/invocations"
KEY = "arn:aws:kms:us-east-1:123456789012:key/1"
DATA_KEY = {"Plaintext": "MTIzNA==", "CiphertextBlob": "eA==", "KeyId": KEY}


class Said:
    """A server that says a few bytes to whoever comes, and maybe no more for a long time."""

    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        self.says, self.ends, self.heard = b"", True, b""
        self.drips = False
        self.open: list[socket.socket] = []
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.open.append(connection)
            self.heard = connection.recv(65_536)
            connection.sendall(self.says)
            if self.drips:
                self._drip(connection)
            if self.ends:
                connection.close()

    def _drip(self, connection: socket.socket) -> None:
        """A byte at a time for four seconds, or until nobody listens."""
        with suppress(OSError):
            for _ in range(40):
                time.sleep(0.1)
                connection.sendall(b" ")


@pytest.fixture
def said() -> Iterator[Said]:
    server = Said()
    yield server
    server.listener.close()
    for connection in server.open:
        connection.close()


def test_a_page_is_got_with_its_status_and_its_query(said: Said) -> None:
    said.says = b"HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\nX-Kind: Page\r\n\r\nnone"
    answer = CLIENT.request("GET", f"{said.url}/a?b=c", seconds=5)
    assert (answer.status, answer.headers["x-kind"], answer.body) == (404, "Page", b"none")
    assert said.heard.startswith(b"GET /a?b=c HTTP/1.1\r\n")


def test_a_redirect_is_not_followed(said: Said) -> None:
    said.says = b"HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n"
    assert CLIENT.request("GET", said.url, seconds=5).status == 302


@pytest.mark.parametrize("begun", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nslow"])
def test_a_server_that_hangs_is_left(said: Said, begun: bytes) -> None:
    said.says, said.ends = begun, False
    before = time.monotonic()
    with pytest.raises(http.TooSlow):
        CLIENT.request("GET", said.url, seconds=0.2)
    assert time.monotonic() - before < 5


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.0 200 OK\r\nContent-Length: 1000\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\nConnection: close\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n",
    ],
)
def test_a_server_that_says_a_little_now_and_then_is_left_too(said: Said, head: bytes) -> None:
    said.says, said.ends, said.drips = head, False, True
    before = time.monotonic()
    with pytest.raises(http.TooSlow):
        CLIENT.request("GET", said.url, seconds=0.3)
    assert time.monotonic() - before < 2


@pytest.mark.parametrize(
    "said_instead", [b"", b"no HTTP at all\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx"]
)
def test_what_is_no_answer_is_unreachable(said: Said, said_instead: bytes) -> None:
    said.says = said_instead
    with pytest.raises(http.Unreachable):
        CLIENT.request("GET", said.url, seconds=5)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:9/",
        "http://no-such-host.invalid/",
        "http://127.0.0.1:9/\u2603 x",
        "http://a b/",
        "http://127.0.0.1:x/",
        "http://127.0.0.1:99999/",
        "http://[::1/",
    ],
)
def test_an_address_where_nobody_is_is_unreachable(url: str) -> None:
    with pytest.raises(http.Unreachable):
        CLIENT.request("GET", url, seconds=5)


def test_what_cannot_be_reached_is_told_without_its_password() -> None:
    with pytest.raises(http.Unreachable) as told:
        CLIENT.request("GET", "http://me:s3cret@127.0.0.1:1/key?token=s3cret", seconds=5)
    assert str(told.value).startswith("http://***@127.0.0.1:1/key?token=***: ")


def test_a_body_that_is_longer_than_asked_for_is_not_read(said: Said) -> None:
    said.says = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfour"
    assert CLIENT.request("GET", said.url, seconds=5, most_bytes=4).body == b"four"
    with pytest.raises(http.Unreachable, match="the answer is longer than 3 bytes"):
        CLIENT.request("GET", said.url, seconds=5, most_bytes=3)


def stamp() -> str:
    return "20270115T080000Z"


def export(exporter: Exporter) -> None:
    exporter("us-east-1_aaaaaaaaa", {"number": 1})
    exporter.close(5)


@pytest.mark.parametrize(
    ("send", "url", "answer"),
    [
        (lambda port: functions.configured(URL, {}, stamp, {}, port).invoke("f", {}), INVOKE, {}),
        (lambda port: functions.configured(None, {"f": f"lambda:{URL}"}, stamp, {}, port).invoke("f", {}), INVOKE, {}),
        (lambda port: functions.configured(None, {"f": URL}, stamp, {}, port).invoke("f", {}), URL, {}),
        (lambda port: Kms(URL, stamp, Credentials("a", "b"), http=port).data_key(KEY, 4, {}), URL, DATA_KEY),
        (lambda port: export(Exporter(URL, http=port)), URL, {}),
    ],
    ids=["Lambda", "a function's own Lambda", "webhook", "KMS", "export"],
)
def test_whoever_sends_does_so_by_the_port_that_was_given(
    send: Callable[[http.Http], None], url: str, answer: dict[str, str]
) -> None:
    port = http.CannedHttp()
    port.put(url, answer)
    send(port)
    assert [(request.method, request.url) for request in port.requests] == [("POST", url)]
