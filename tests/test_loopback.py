"""Requests of the server to itself: which ones they are, and that they are answered as by HTTP."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest

from emulator.outside.http import CannedHttp, HttpResponse, Unreachable
from emulator.outside.loopback import Loopback

BASE = "http://localhost:8080"


class Echo:
    """A WSGI application that keeps what it is asked."""

    def __init__(self) -> None:
        self.environ: dict[str, Any] = {}
        self.is_closed = False

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer with the body."""
        self.environ = environ
        start_response("418 TEAPOT", [("Content-Type", "text/plain"), ("X-Kind", "Echo")])(b"> ")
        return Parts(self, [environ["wsgi.input"].read(), b"!"])


class Parts(list[bytes]):
    """The body of an answer, which wants to be closed."""

    def __init__(self, app: Echo, parts: list[bytes]) -> None:
        super().__init__(parts)
        self.app = app

    def close(self) -> None:
        """Tell the application."""
        self.app.is_closed = True


@pytest.fixture
def echo() -> Echo:
    return Echo()


@pytest.fixture
def loopback(echo: Echo) -> Loopback:
    loopback = Loopback()
    loopback.app = echo
    return loopback


def test_the_answer_is_that_of_the_application(loopback: Loopback, echo: Echo) -> None:
    answer = loopback.http(BASE, CannedHttp()).request("POST", f"{BASE}/a", seconds=1, body=b"hello")
    assert answer == HttpResponse(418, {"content-type": "text/plain", "x-kind": "Echo"}, b"> hello!")
    assert echo.is_closed


def test_the_application_is_asked_as_by_http(loopback: Loopback, echo: Echo) -> None:
    headers = {"Content-Type": "text/x", "X-Amz-Target": "t", "Authorization": "Bearer b"}
    loopback.http("https://a.b", CannedHttp()).request(
        "PUT", "https://u:p@A.b/x%20%C3%A9?q=%20#f", seconds=1, headers=headers, body=b"ab"
    )
    asked = {name: echo.environ.get(name) for name in ("REQUEST_METHOD", "PATH_INFO", "QUERY_STRING", "HTTP_HOST")}
    assert asked == {
        "REQUEST_METHOD": "PUT",
        "PATH_INFO": "/x é".encode().decode("latin-1"),
        "QUERY_STRING": "q=%20",
        "HTTP_HOST": "A.b",
    }
    assert (echo.environ["wsgi.url_scheme"], echo.environ["SERVER_PORT"]) == ("https", "443")
    assert (echo.environ["CONTENT_TYPE"], echo.environ["CONTENT_LENGTH"]) == ("text/x", "2")
    assert (echo.environ["HTTP_X_AMZ_TARGET"], echo.environ["HTTP_AUTHORIZATION"]) == ("t", "Bearer b")


@pytest.mark.parametrize(
    ("url", "base_url"),
    [
        ("http://localhost:8080", "http://localhost:8080"),
        ("http://LocalHost:8080/a", "http://localhost:8080"),
        ("http://shop.auth.us-east-1.localhost:8080/a", "http://localhost:8080"),
        ("http://localhost:8080/a", "http://shop.auth.us-east-1.localhost:8080"),
        ("http://shop.localhost:8080/a", "http://127.0.0.1:8080"),
        ("http://127.0.0.1:8080/a", "http://localhost:8080"),
        ("https://cognito.test:443/a", "https://cognito.test"),
        ("http://[::1]:80/a", "http://[::1]"),
    ],
)
def test_urls_of_this_server(loopback: Loopback, url: str, base_url: str) -> None:
    assert loopback.http(base_url, CannedHttp()).request("GET", url, seconds=1).status == 418


@pytest.mark.parametrize(
    "url",
    [
        "https://localhost:8080/a",
        "http://localhost/a",
        "http://localhost:8081/a",
        "http://127.0.0.2:8080/a",
        "http://localhost.evil.example:8080/a",
        "http://notlocalhost:8080/a",
        "http://localhost:8080@evil.example/a",
        "http://localhost:x/a",
        "http://[localhost:8080/a",
    ],
)
def test_urls_of_other_servers(loopback: Loopback, echo: Echo, url: str) -> None:
    elsewhere = CannedHttp()
    elsewhere.put(url, "elsewhere")
    assert loopback.http(BASE, elsewhere).request("GET", url, seconds=1).body == b"elsewhere"
    assert echo.environ == {}


def test_a_server_without_its_application_asks_by_http() -> None:
    elsewhere = CannedHttp()
    assert Loopback().http(BASE, elsewhere) is elsewhere


def test_an_answer_that_is_too_long_is_refused(loopback: Loopback) -> None:
    here = loopback.http(BASE, CannedHttp())
    assert here.request("POST", f"{BASE}/a", seconds=1, body=b"four", most_bytes=7).status == 418
    with pytest.raises(Unreachable, match="POST /a: the answer is longer than 6 bytes"):
        here.request("POST", f"{BASE}/a?secret=x", seconds=1, body=b"four", most_bytes=6)


@pytest.mark.parametrize("url", [f"{BASE}/a?x=\u00e9", f"{BASE}/\u65e5\u672c"])
def test_a_url_that_http_cannot_ask_is_not_asked_here_either(loopback: Loopback, echo: Echo, url: str) -> None:
    with pytest.raises(Unreachable):
        loopback.http(BASE, CannedHttp()).request("GET", url, seconds=1)
    assert echo.environ == {}
