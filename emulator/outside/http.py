"""The port for HTTP requests to other servers: Lambda, webhooks, KMS, Secrets Manager, identity providers, …"""

from __future__ import annotations

import json
import re
import socket
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol
from urllib.parse import urlsplit

from msgspec import Struct

from emulator.outside import turns
from emulator.redaction import redacted

if TYPE_CHECKING:
    import http.client

MOST_BYTES = 6 * 1024 * 1024
"""Default limit of a response body, in bytes: as many as a Lambda function may return."""

ANY_TYPE: Mapping[str, str] = {"Accept": "*/*"}
"""The default headers of a request."""
_ERROR = re.compile(r"[A-Za-z][\w.]{0,99}", re.ASCII)


class Unreachable(Exception):
    """There is no complete HTTP response. The message names the URL (redacted) and the reason, for the log."""


class TooSlow(Unreachable):
    """The complete response did not arrive within the time limit."""


class HttpResponse(Struct, frozen=True):
    """The response of another server. Header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """The body, parsed as JSON; None if it is not JSON."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None

    @property
    def error(self) -> str:
        """The error code in an AWS service's response, from its header or its body; else `HTTP` and the status."""
        document = self.json()
        members = document if isinstance(document, dict) else {}
        code = self.headers.get("x-amzn-errortype") or members.get("__type") or ""
        found = _ERROR.match(str(code).rpartition("#")[2])
        return found[0] if found else f"HTTP {self.status}"


class Http(Protocol):
    """Sends HTTP requests."""

    def request(
        self,
        method: str,
        url: str,
        *,
        seconds: float,
        headers: Mapping[str, str] = ANY_TYPE,
        body: bytes | None = None,
        most_bytes: int = MOST_BYTES,
    ) -> HttpResponse:
        """Send one request and wait for the complete response, `seconds` in total.

        Any status is a response: errors are not raised, redirects are not followed. The caller has released its
        database connection. Raises TooSlow after `seconds`, and Unreachable for every other failure, such as a body of
        more than `most_bytes` bytes.
        """
        ...


class HttpClient:
    """The real form: sends each request on a new connection. Any address may be asked, of this machine's too."""

    def request(
        self,
        method: str,
        url: str,
        *,
        seconds: float,
        headers: Mapping[str, str] = ANY_TYPE,
        body: bytes | None = None,
        most_bytes: int = MOST_BYTES,
    ) -> HttpResponse:
        """Send the request in a thread of its own, so that the time limit covers everything, DNS look-up included."""
        import http.client  # here: with the package `email`, it would take 3 % of the start, and many servers need none

        try:
            exchange = _Exchange(method, url, body, headers, seconds, most_bytes)
        except (ValueError, http.client.HTTPException) as error:  # a host or a port that none can be
            raise Unreachable(f"{redacted(url)}: {type(error).__name__}: {error}") from None
        with turns.given_back():
            threading.Thread(target=exchange.run, name="outside", daemon=True).start()
            in_time = exchange.done.wait(seconds)
        if not in_time:
            exchange.abort()
            raise TooSlow(f"{redacted(url)} did not answer in {seconds:g} s")
        if isinstance(exchange.outcome, HttpResponse):
            return exchange.outcome
        raise exchange.outcome


class Request(NamedTuple):
    """A request that `CannedHttp` received, with its limits."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | None
    seconds: float
    most_bytes: int


class CannedHttp:
    """The test form: answers from `answers`, by URL, without a network; other URLs are Unreachable.

    `requests` are the requests so far. `meanwhile` runs while each of them waits for its answer.
    """

    def __init__(self) -> None:
        self.answers: dict[str, HttpResponse] = {}
        self.requests: list[Request] = []
        self.meanwhile: Callable[[], Any] = lambda: None

    def put(self, url: str, body: str | Mapping[str, Any], status: int = 200) -> None:
        """Have requests of a URL answered with a text, or with an object as JSON."""
        text = body if isinstance(body, str) else json.dumps(body)
        self.answers[url] = HttpResponse(status, {}, text.encode())

    @property
    def urls(self) -> list[str]:
        """The URLs of the requests so far."""
        return [request.url for request in self.requests]

    def request(
        self,
        method: str,
        url: str,
        *,
        seconds: float,
        headers: Mapping[str, str] = ANY_TYPE,
        body: bytes | None = None,
        most_bytes: int = MOST_BYTES,
    ) -> HttpResponse:
        """Record the request, and return the answer for its URL."""
        self.requests.append(Request(method, url, headers, body, seconds, most_bytes))
        self.meanwhile()
        answer = self.answers.get(url)
        if answer is None:
            raise Unreachable(f"{url}: nobody is there")
        if len(answer.body) > most_bytes:
            raise Unreachable(f"{url}: the answer is longer than {most_bytes} bytes")
        return answer


class _Exchange:
    """One request and its response, or why there is no response."""

    def __init__(
        self, method: str, url: str, body: bytes | None, headers: Mapping[str, str], seconds: float, most_bytes: int
    ) -> None:
        import http.client

        parts = urlsplit(url)
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        self.done = threading.Event()
        self.outcome: HttpResponse | Unreachable = Unreachable(redacted(url))
        self._url, self._seconds, self._most_bytes = redacted(url), seconds, most_bytes
        self._connection = kind(parts.hostname or "", parts.port, timeout=seconds)
        self._request = method, (parts.path or "/") + (f"?{parts.query}" if parts.query else ""), body, dict(headers)
        self._socket: socket.socket | None = None
        self._is_aborted = False

    def run(self) -> None:
        """Send the request, and store the response, or the exception for the waiting thread, in `outcome`."""
        try:
            self._connection.connect()
            self._socket = self._connection.sock
            if self._is_aborted:
                return
            self._connection.request(*self._request)
            response = self._connection.getresponse()
            headers = {name.lower(): value for name, value in response.getheaders()}
            self.outcome = HttpResponse(response.status, headers, _body(response, self._most_bytes))
        except TimeoutError:
            self.outcome = TooSlow(f"{self._url} did not answer in {self._seconds:g} s")
        except Exception as error:  # noqa: BLE001 - raised in the waiting thread
            self.outcome = Unreachable(f"{self._url}: {type(error).__name__}: {error}")
        finally:
            self._connection.close()
            self.done.set()

    def abort(self) -> None:
        """Shut the socket down. A server that sends a byte a second would keep it open past every socket timeout.

        Both references are tried: `HTTPConnection.sock` is set while connecting, and is None once the response is
        known to be the connection's last.
        """
        self._is_aborted = True
        for connected in (self._connection.sock, self._socket):
            with suppress(OSError):
                if isinstance(connected, socket.socket):
                    connected.shutdown(socket.SHUT_RDWR)


def _body(response: http.client.HTTPResponse, most_bytes: int) -> bytes:
    """The complete body. Raises ValueError if it is too long, or was cut short."""
    body = response.read(most_bytes + 1)
    if len(body) > most_bytes:
        raise ValueError(f"the answer is longer than {most_bytes} bytes")
    if response.length:
        raise ValueError("the answer was cut short")
    return body
