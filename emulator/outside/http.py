"""Calls to servers of the application's own: one answer, within a time and a size, and no redirects."""

from __future__ import annotations

import http.client
import json
import re
import socket
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from emulator.redaction import redacted

_MOST = 6 * 1024 * 1024
"""Bytes of an answer that are read, as many as Lambda's own may have."""

_ERROR = re.compile(r"[A-Za-z][\w.]{0,99}", re.ASCII)


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

    def json(self) -> Any:
        """The body as JSON; None where it is none."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None

    @property
    def error(self) -> str:
        """The name of what a service of AWS refused with, in its header or its body; `HTTP 500` where it has none."""
        said = self.json()
        told = said if isinstance(said, dict) else {}
        named = self.headers.get("x-amzn-errortype") or told.get("__type") or ""
        found = _ERROR.match(str(named).rpartition("#")[2])
        return found[0] if found else f"HTTP {self.status}"


def post(url: str, body: bytes, headers: Mapping[str, str], seconds: float) -> Answer:
    """POST a body and wait for the whole answer, so many seconds in all. Raises Unreachable."""
    return _asked("POST", url, body, headers, seconds)


def get(url: str, seconds: float) -> Answer:
    """GET what an URL holds, so many seconds in all. Raises Unreachable."""
    return _asked("GET", url, None, {"Accept": "*/*"}, seconds)


def _asked(method: str, url: str, body: bytes | None, headers: Mapping[str, str], seconds: float) -> Answer:
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=seconds)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    late, held = threading.Event(), list[socket.socket]()
    watch = threading.Timer(seconds, _hang_up, [connection, held, late])
    watch.start()
    try:
        connection.connect()
        held.append(connection.sock)
        if late.is_set():
            raise TimeoutError
        connection.request(method, target, body, dict(headers))
        response = connection.getresponse()
        answer = Answer(response.status, _lowered(response), _whole(response))
        if late.is_set():
            raise TimeoutError
        return answer
    except (OSError, http.client.HTTPException, ValueError) as error:
        if late.is_set() or isinstance(error, TimeoutError):
            raise TooSlow(f"{redacted(url)} did not answer in {seconds:g} s") from None
        raise Unreachable(f"{redacted(url)}: {type(error).__name__}: {error}") from None
    finally:
        watch.cancel()
        connection.close()


def _hang_up(connection: http.client.HTTPConnection, held: list[socket.socket], late: threading.Event) -> None:
    """End a call whose time is over: a server that sends a byte a second gets no more time than others.

    The connection has its socket while it is made, and forgets it once it knows that an answer is the last one on it.
    """
    late.set()
    for connected in (connection.sock, *held):
        with suppress(OSError):
            if isinstance(connected, socket.socket):
                connected.shutdown(socket.SHUT_RDWR)


def _whole(response: http.client.HTTPResponse) -> bytes:
    """The body. Raises `ValueError` for one that is too long, or that was cut short."""
    read = response.read(_MOST + 1)
    if len(read) > _MOST:
        raise ValueError(f"the answer is longer than {_MOST} bytes")
    if response.length:
        raise ValueError("the answer was cut short")
    return read


def _lowered(response: http.client.HTTPResponse) -> dict[str, str]:
    return {name.lower(): value for name, value in response.getheaders()}
