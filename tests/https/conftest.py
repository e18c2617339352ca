"""Servers with a secure listener, in processes of their own, and clients that trust their CA alone."""

from __future__ import annotations

import http.client
import signal
import socket
import ssl
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.sdk.conftest import Server, start

__all__ = ["secure", "shared", "start"]


class Secure:
    """A server that listens for https too, and what its CA is."""

    def __init__(self, server: Server, ca: Path) -> None:
        self.server = server
        assert server.process.stdout is not None
        line = server.process.stdout.readline().decode()
        assert line.startswith("listening on https://"), line
        self.url = line.split()[-1]
        self.port = urlsplit(self.url).port or 0
        self.ca = ca
        with urllib.request.urlopen(f"{server.url}/_emulator/ca.pem", timeout=10) as answer:
            ca.write_bytes(answer.read())

    def context(self) -> ssl.SSLContext:
        """A client that trusts the CA, as strictly as Python does from 3.13 on."""
        context = ssl.create_default_context(cafile=str(self.ca))
        context.verify_flags |= ssl.VERIFY_X509_STRICT
        return context

    def connect(self, name: str = "localhost", context: ssl.SSLContext | None = None) -> ssl.SSLSocket:
        """A connection under a name. Raises ssl.SSLError."""
        raw = self.raw()
        try:
            return (context or self.context()).wrap_socket(raw, server_hostname=name)
        except BaseException:
            raw.close()
            raise

    def raw(self) -> socket.socket:
        """A connection without TLS."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=20)

    def get(self, path: str, host: str = "localhost") -> http.client.HTTPResponse:
        """What is answered under a name, over a new connection."""
        with self.connect(host) as connection:
            connection.sendall(f"GET {path} HTTP/1.1\r\nHost: {host}:{self.port}\r\nConnection: close\r\n\r\n".encode())
            answer = http.client.HTTPResponse(connection)
            answer.begin()
            answer.body = answer.read()  # type: ignore[attr-defined]
            return answer


Begin = Callable[..., Secure]


@pytest.fixture
def secure(start: Callable[..., Server], tmp_path: Path) -> Begin:
    """Starts such servers, on free ports."""

    def begin(*flags: str) -> Secure:
        return Secure(start("--https", "--https-port", "0", *flags), tmp_path / "trusted.pem")

    return begin


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secure]:
    """An ephemeral one for all tests of a module."""
    place = tmp_path_factory.mktemp("shared")
    flags = ("--https", "--https-port", "0", "--certificate-name", "cognito.test", "--certificate-name", "*.app.test")
    server = Server("--ephemeral", *flags, "--certificate-name", "10.1.2.3,fd00::9", log=place / "server.log")
    yield Secure(server, place / "trusted.pem")
    server.stop(signal.SIGKILL)
