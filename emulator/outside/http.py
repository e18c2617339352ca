"""Calls to servers of the application's own: one answer, within a time and a size, and no redirects."""

from __future__ import annotations

import http.client
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

_MOST = 6 * 1024 * 1024
"""Bytes of an answer that are read, as many as Lambda's own may have."""


class Unreachable(Exception):
    """Nobody answered, or not as HTTP has it."""


class TooSlow(Unreachable):
    """No whole answer came in time."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said. Header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def post(url: str, body: bytes, headers: Mapping[str, str], seconds: float) -> Answer:
    """POST a body and wait for the whole answer, so many seconds in all. Raises Unreachable."""
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=seconds)
    until = time.monotonic() + seconds
    try:
        connection.request(
            "POST", (parts.path or "/") + (f"?{parts.query}" if parts.query else ""), body, dict(headers)
        )
        _wait_until(connection, until)
        response = connection.getresponse()
        return Answer(response.status, _lowered(response), _whole(connection, response, until))
    except TimeoutError:
        raise TooSlow(f"{url} did not answer in {seconds:g} s") from None
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Unreachable(f"{url}: {type(error).__name__}: {error}") from None
    finally:
        connection.close()


def _whole(connection: http.client.HTTPConnection, response: http.client.HTTPResponse, until: float) -> bytes:
    """The body, read as it comes: a server that sends a byte a second does not get more time than others."""
    read = b""
    while True:
        _wait_until(connection, until)
        part = response.read1(65_536)
        if not part:
            return read
        read += part
        if len(read) > _MOST:
            raise Unreachable(f"the answer is longer than {_MOST} bytes")


def _wait_until(connection: http.client.HTTPConnection, until: float) -> None:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    if isinstance(connection.sock, socket.socket):
        connection.sock.settimeout(left)


def _lowered(response: http.client.HTTPResponse) -> dict[str, str]:
    return {name.lower(): value for name, value in response.getheaders()}
