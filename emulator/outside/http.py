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

from emulator.outside import turns
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
    """Ask in a thread of its own, so that nothing takes longer than it may, the look-up of a name included."""
    call = _Call(method, url, body, headers, seconds)
    with turns.given_back():
        threading.Thread(target=call.ask, name="outside", daemon=True).start()
        in_time = call.done.wait(seconds)
    if not in_time:
        call.hang_up()
        raise TooSlow(f"{redacted(url)} did not answer in {seconds:g} s")
    if isinstance(call.answer, Answer):
        return call.answer
    raise call.answer


class _Call:
    """One call, until it is answered, has failed, or is hung up."""

    def __init__(self, method: str, url: str, body: bytes | None, headers: Mapping[str, str], seconds: float) -> None:
        parts = urlsplit(url)
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        self.done = threading.Event()
        self.answer: Answer | Unreachable = Unreachable(redacted(url))
        self._url, self._seconds = redacted(url), seconds
        self._connection = kind(parts.hostname or "", parts.port, timeout=seconds)
        self._request = method, (parts.path or "/") + (f"?{parts.query}" if parts.query else ""), body, dict(headers)
        self._held: socket.socket | None = None
        self._is_late = False

    def ask(self) -> None:
        """Ask, and keep the answer, or why there is none."""
        try:
            self._connection.connect()
            self._held = self._connection.sock
            if self._is_late:
                return
            self._connection.request(*self._request)
            response = self._connection.getresponse()
            self.answer = Answer(response.status, _lowered(response), _whole(response))
        except TimeoutError:
            self.answer = TooSlow(f"{self._url} did not answer in {self._seconds:g} s")
        except Exception as error:  # noqa: BLE001 - it is raised where the answer is waited for
            self.answer = Unreachable(f"{self._url}: {type(error).__name__}: {error}")
        finally:
            self._connection.close()
            self.done.set()

    def hang_up(self) -> None:
        """End the call: a server that sends a byte a second gets no more time than others.

        The connection has its socket while it is made, and forgets it once it knows that an answer is the last one on
        it.
        """
        self._is_late = True
        for connected in (self._connection.sock, self._held):
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
