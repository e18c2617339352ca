"""What is said over a socket, and what comes back: requests as RFC 9112 has them, and those that are none."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator

import pytest

from tests.web.serving import Server, heard

HOST = b"Host: x\r\n"
CLOSE = HOST + b"Connection: close\r\n"
CHUNKED = CLOSE + b"Transfer-Encoding: chunked\r\n"


def post(headers: bytes, body: bytes = b"") -> bytes:
    return b"POST / HTTP/1.1\r\n" + headers + b"\r\n" + body


def get(target: bytes, headers: bytes = CLOSE) -> bytes:
    return b"GET " + target + b" HTTP/1.1\r\n" + headers + b"\r\n"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.kill()


REFUSED: dict[str, tuple[bytes, int]] = {
    "empty lines": (b"\r\n\r\n\r\n", 400),
    "a TLS hello": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(100), 400),
    "no target": (b"GET\r\n\r\n", 400),
    "HTTP/0.9": (b"GET /\r\n\r\n", 505),
    "HTTP/2": (b"GET / HTTP/2.0\r\nHost: x\r\n\r\n", 505),
    "HTTP/9.9": (b"GET / HTTP/9.9\r\n\r\n", 400),
    "a lower case method": (b"get / HTTP/1.1\r\nHost: x\r\n\r\n", 400),
    "a header without a colon": (get(b"/", HOST + b"no colon\r\n"), 400),
    "a header's name with a space": (get(b"/", HOST + b"X : y\r\n"), 400),
    "a folded header": (get(b"/", HOST + b"X: a\r\n b\r\n"), 400),
    "NUL in a header": (get(b"/", HOST + b"X: a\x00b\r\n"), 400),
    "CR in a header": (get(b"/", HOST + b"X: a\rY: b\r\n"), 400),
    "lines that end with LF": (b"GET / HTTP/1.1\nHost: x\n\n", 400),
    "no Host": (get(b"/", b""), 400),
    "two Hosts": (get(b"/", HOST + HOST), 400),
    "no slash": (get(b"path"), 400),
    "a fragment": (get(b"/#x"), 400),
    "an 8-bit target": (get(b"/\xff"), 400),
    "an absolute target that is none": (get(b"http:///x"), 400),
    "CONNECT": (b"CONNECT x:80 HTTP/1.1\r\nHost: x\r\n\r\n", 400),
    "a length that is no number": (post(HOST + b"Content-Length: many\r\n"), 400),
    "a negative length": (post(HOST + b"Content-Length: -1\r\n"), 400),
    "a length with a sign": (post(HOST + b"Content-Length: +1\r\n", b"x"), 400),
    "an empty length": (post(HOST + b"Content-Length: \r\n"), 400),
    "two equal lengths": (post(HOST + b"Content-Length: 1\r\n" * 2, b"x"), 400),
    "two lengths": (post(HOST + b"Content-Length: 1\r\nContent-Length: 2\r\n", b"xy"), 400),
    "a list of lengths": (post(HOST + b"Content-Length: 1, 1\r\n", b"x"), 400),
    "a length beyond 64 bits": (post(HOST + b"Content-Length: 99999999999999999999\r\n"), 400),
    "a length beyond the limit": (post(HOST + b"Content-Length: 16777217\r\n"), 413),
    "an upload beyond its limit": (b"PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 134217729\r\n\r\n", 413),
    "a seed beyond its limit": (
        b"POST /_emulator/seed?reseed=true HTTP/1.1\r\nHost: x\r\nContent-Length: 67108865\r\n\r\n",
        413,
    ),
    "a length and chunks": (post(CHUNKED + b"Content-Length: 1\r\n", b"1\r\nx\r\n0\r\n\r\n"), 400),
    "another coding": (post(HOST + b"Transfer-Encoding: nonsense\r\n"), 501),
    "a coding beside chunks": (post(HOST + b"Transfer-Encoding: gzip, chunked\r\n"), 501),
    "chunks in HTTP/1.0": (b"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    "a size of a chunk that is no number": (post(CHUNKED, b"ZZ\r\nx\r\n0\r\n\r\n"), 400),
    "a negative size of a chunk": (post(CHUNKED, b"-1\r\nx\r\n0\r\n\r\n"), 400),
    "a size of a chunk beyond 64 bits": (post(CHUNKED, b"f" * 17 + b"\r\nx\r\n0\r\n\r\n"), 400),
    "a chunk longer than its size": (post(CHUNKED, b"1\r\nxy\r\n0\r\n\r\n"), 400),
    "chunks beyond the limit": (post(CHUNKED, b"1000001\r\n" + bytes(0x1000001) + b"\r\n0\r\n\r\n"), 413),
    "a long trailer": (post(CHUNKED, b"0\r\nX: " + b"x" * 1_000_000 + b"\r\n\r\n"), 431),
    "a long header": (get(b"/", HOST + b"A: " + b"a" * 100_000 + b"\r\n"), 431),
    "a long header that does not end": (b"GET / HTTP/1.1\r\nHost: x\r\nA: " + b"a" * 100_000, 431),
    "many headers": (get(b"/", HOST + b"A: a\r\n" * 20_000), 431),
    "a long target": (get(b"/" + b"a" * 100_000), 414),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_request_here_is_refused_with_its_status(server: Server, name: str) -> None:
    sent, status = REFUSED[name]
    answer = server.say(sent)
    head, _, words = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 %d " % status), answer
    assert b"\r\nconnection: close" in head
    assert words.endswith(b".")
    assert server.ask(b"hello") == b"hello"


@pytest.mark.parametrize(("name", "status"), [("a long header", 431), ("many headers", 431), ("a long target", 414)])
def test_a_head_is_as_short_behind_another_request(server: Server, name: str, status: int) -> None:
    answer = server.say(get(b"/", HOST) + REFUSED[name][0])
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"HTTP/1.1 %d " % status in answer


SERVED: dict[str, tuple[bytes, bytes]] = {
    "HTTP/1.0": (b"POST / HTTP/1.0\r\nContent-Length: 2\r\n\r\nhi", b"hi"),
    "an empty line before": (b"\r\n" + post(CLOSE + b"Content-Length: 2\r\n", b"hi"), b"hi"),
    "chunks": (post(CHUNKED, b"5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n"), b"hello!"),
    "chunks with extensions and trailers": (post(CHUNKED, b"2;a=b\r\nhi\r\n0\r\nX: y\r\n\r\n"), b"hi"),
    "names in upper case": (post(b"HOST: x\r\nCONNECTION: close\r\nCONTENT-LENGTH: 2\r\n", b"hi"), b"hi"),
    "a GET with a body": (get(b"/", CLOSE + b"Content-Length: 2\r\n") + b"hi", b"hi"),
    "OPTIONS *": (b"OPTIONS * HTTP/1.1\r\n" + CLOSE + b"Content-Length: 2\r\n\r\nhi", b"hi"),
    "HEAD": (b"HEAD / HTTP/1.1\r\n" + CLOSE + b"\r\n", b""),
    "a proposal of HTTP/2": (
        post(HOST + b"Connection: Upgrade, HTTP2-Settings, close\r\nUpgrade: h2c\r\nContent-Length: 2\r\n", b"hi"),
        b"hi",
    ),
    "one and a half megabytes": (post(CLOSE + b"Content-Length: 1500000\r\n", b"x" * 1_500_000), b"x" * 1_500_000),
}


@pytest.mark.parametrize("name", SERVED)
def test_a_request_is_answered(server: Server, name: str) -> None:
    sent, body = SERVED[name]
    head, _, answered = server.say(sent).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 OK\r\n")
    assert answered == body


ENVIRON: dict[str, tuple[bytes, bytes, list[str]]] = {
    "PATH_INFO": (b"/environ?PATH_INFO", CLOSE, ["/environ"]),
    "octets of the path": (b"/%65nviron?PATH_INFO,SCRIPT_NAME", CLOSE, ["/environ", ""]),
    "absolute": (b"http://other:99/environ?HTTP_HOST,PATH_INFO", CLOSE, ["other:99", "/environ"]),
    "8 bits": (b"/environ?HTTP_A", CLOSE + b"A: \xe4\xff\r\n", ["\xe4\xff"]),
    "twice": (b"/environ?HTTP_A", CLOSE + b"A: b\r\na: c\r\n", ["b,c"]),
    "cookies": (b"/environ?HTTP_COOKIE", CLOSE + b"Cookie: b=c\r\nCookie: d=e\r\n", ["b=c; d=e"]),
    "odd names": (b"/environ?HTTP_X!$*+.~", CLOSE + b"X!$*+.~: y\r\n", ["y"]),
    "the scheme": (b"/environ?wsgi.url_scheme,REQUEST_METHOD,SERVER_PROTOCOL", CLOSE, ["http", "GET", "HTTP/1.1"]),
    "the caller": (b"/environ?REMOTE_ADDR,SERVER_NAME", CLOSE, ["127.0.0.1", "127.0.0.1"]),
    "no proxy is believed": (b"/environ?REMOTE_ADDR", CLOSE + b"X-Forwarded-For: 1.2.3.4\r\n", ["127.0.0.1"]),
}


@pytest.mark.parametrize("name", ENVIRON)
def test_the_application_is_told_of_a_request_as_wsgi_has_it(server: Server, name: str) -> None:
    target, headers, values = ENVIRON[name]
    told = server.say(get(target, headers)).partition(b"\r\n\r\n")[2].decode()
    assert told.split("\n") == [repr(value) for value in values]


def test_a_header_with_an_underscore_is_not_taken_for_one_with_a_hyphen(server: Server) -> None:
    told = server.say(get(b"/environ?HTTP_X_AMZ_TARGET", CLOSE + b"X_Amz_Target: y\r\n"))
    assert told.endswith(b"\r\n\r\nNone")


def test_a_trailer_is_no_header(server: Server) -> None:
    sent = b"POST /environ?HTTP_X HTTP/1.1\r\n" + CHUNKED + b"\r\n0\r\nX: y\r\n\r\n"
    assert server.say(sent).endswith(b"\r\n\r\nNone")


def test_requests_that_come_together_are_answered_in_their_order(server: Server) -> None:
    one, two = (post(HOST + b"Content-Length: 3\r\n", body) for body in (b"one", b"two"))
    received = server.say(one + two + post(CLOSE + b"Content-Length: 5\r\n", b"three"))
    assert [part[:5] for part in received.split(b"\r\n\r\n")[1:]] == [b"oneHT", b"twoHT", b"three"]


@pytest.mark.parametrize("garbage", [b"\x00garbage\r\n\r\n", get(b"/", b""), post(CHUNKED, b"x\r\n")])
def test_what_came_before_garbage_is_answered_first(server: Server, garbage: bytes) -> None:
    received = server.say(post(HOST + b"Content-Length: 2\r\n", b"hi") + garbage)
    assert received.startswith(b"HTTP/1.1 200 ")
    assert received.partition(b"\r\n\r\n")[2].startswith(b"hiHTTP/1.1 400 ")


CUT_SHORT = [
    post(CLOSE + b"Content-Length: 30\r\n", b'{"whole": "JSON"}'),
    post(CHUNKED, b'11\r\n{"whole": "JSON"}\r\n'),
    post(CHUNKED, b'11\r\n{"whole": "JSON"}'),
]


@pytest.mark.parametrize("cut", CUT_SHORT)
def test_a_body_that_is_cut_short_is_not_acted_on(cut: bytes) -> None:
    server = Server("real = app\ndef app(*a): print('acted', flush=True); return real(*a)")
    assert server.say(cut, ends=True) == b""
    assert server.stop()[1] == "stopping\nstopped\n"


@pytest.mark.parametrize("cut", CUT_SHORT)
def test_what_came_before_a_body_that_is_cut_short_is_answered_first(cut: bytes) -> None:
    server = Server()
    with server.connect() as connection:
        connection.sendall(b"POST /outside HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi" + cut)
        connection.shutdown(socket.SHUT_WR)
        server.ask(b"1", "/until-outside")
        server.ask(b"", "/go")
        assert heard(connection).partition(b"\r\n\r\n")[2].startswith(b"hiHTTP/1.1 400 ")
    server.kill()


def test_a_caller_who_says_that_no_more_comes_is_answered(server: Server) -> None:
    answer = server.say(post(HOST + b"Content-Length: 2\r\n", b"hi"), ends=True)
    assert answer.endswith(b"\r\n\r\nhi")


def test_a_caller_who_asks_first_whether_to_send_is_told_to(server: Server) -> None:
    with server.connect() as connection:
        connection.sendall(post(CLOSE + b"Expect: 100-continue\r\nContent-Length: 5\r\n"))
        assert connection.recv(1000).startswith(b"HTTP/1.1 100 Continue")
        connection.sendall(b"hello")
        assert heard(connection).endswith(b"hello")


def test_a_caller_who_asks_first_whether_to_send_too_much_is_refused(server: Server) -> None:
    answer = server.say(post(CLOSE + b"Expect: 100-continue\r\nContent-Length: 16777217\r\n"))
    assert answer.startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize("target", [b"/_emulator/seed", b"/_emulator/seed?reseed=true", b"http://x/_emulator/seed"])
def test_a_seed_may_be_larger_than_other_bodies(server: Server, target: bytes) -> None:
    head = b"POST " + target + b" HTTP/1.1\r\n" + CLOSE + b"Expect: 100-continue\r\nContent-Length: 67108864\r\n\r\n"
    with server.connect() as connection:
        connection.sendall(head)
        assert connection.recv(1000).startswith(b"HTTP/1.1 100 Continue")


def test_a_server_and_a_date_are_named(server: Server) -> None:
    head = server.say(get(b"/"))
    assert head.count(b"\r\nserver: cognito-emulator\r\n") == 1
    assert head.count(b"\r\ndate: ") == 1
    assert b"uvicorn" not in head


def test_tls_on_the_plain_port_is_told_in_the_log() -> None:
    server = Server()
    assert server.say(b"\x16\x03\x01\x02\x00\x01").startswith(b"HTTP/1.1 400 ")
    assert "TLS on the plain port" in server.stop()[2]


def test_a_caller_who_asks_much_before_reading_gets_every_answer() -> None:
    server = Server(
        "def app(environ, start):\n"
        "    start('200 OK', [('Content-Length', '4000000')])\n"
        "    return [environ['QUERY_STRING'].encode() * 4_000_000]"
    )
    with server.connect() as connection:
        for number in b"1234":
            connection.sendall(get(b"/?%c" % number, CLOSE if number == b"4"[0] else HOST))
        received = heard(connection)
    assert [(part[:1], len(part)) for part in re.findall(rb"1{9,}|2{9,}|3{9,}|4{9,}", received)] == [
        (number, 4_000_000) for number in (b"1", b"2", b"3", b"4")
    ]
    server.kill()


def test_a_header_with_control_characters_ends_neither_itself_nor_the_answer() -> None:
    server = Server(
        "def app(environ, start):\n"
        "    start('200 OK', [('X-Said', 'a\\x01b\\r\\n\\r\\nc'), ('Content-Length', '2')])\n"
        "    return [b'hi']"
    )
    for sent in (get(b"/"), post(CLOSE + b"Content-Length: 100000\r\n", bytes(100_000))):
        assert server.say(sent).split(b"\r\n")[4:] == [b"content-length: 2", b"connection: close", b"", b"hi"]
        assert server.say(sent).split(b"\r\n")[3] == b"x-said: a?b????c"
    server.kill()
