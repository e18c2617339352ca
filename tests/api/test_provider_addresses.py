"""Addresses of identity providers over real connections: what is told of ports does not say which of them are open."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import pytest
from msgspec.structs import replace

from emulator.outside.http import HttpClient, HttpResponse
from emulator.outside.world import World
from tests.api.provider_calls import OIDC, refused
from tests.builders import Api, a_pool
from tests.test_http import Said

SECONDS = 0.3


class Impatient(HttpClient):
    """Waits less long than asked."""

    def request(self, method: str, url: str, **limits: Any) -> HttpResponse:
        return super().request(method, url, **{**limits, "seconds": SECONDS})


@pytest.fixture
def world(world: World) -> World:
    """Fetches for real, and without much patience."""
    return replace(world, http=Impatient())


def closed() -> str:
    """The address of a port where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"http://127.0.0.1:{listener.getsockname()[1]}"


@pytest.fixture
def ports() -> Iterator[list[tuple[str, str]]]:
    """Ports where no whole answer of HTTP comes from: their addresses, and what the developer learns of them."""
    says: list[tuple[bytes, bool, str]] = [
        (b"", True, "RemoteDisconnected"),
        (b"", False, "did not answer in 0.3 s"),
        (b"SSH-2.0-OpenSSH_9.6\r\n", True, "BadStatusLine"),
        (b"220 mail.example ESMTP\r\n", False, "BadStatusLine"),
        (b"\x00\x01\x02", True, "BadStatusLine"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx", True, ""),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9000000\r\n\r\n" + b"x" * 6_500_000, True, "longer than"),
    ]
    found = [(closed(), "ConnectionRefusedError"), ("http://no-such-host.invalid", "gaierror")]
    servers = []
    for words, ends, reason in says:
        server = Said()
        server.says, server.ends = words, ends
        servers.append(server)
        found.append((server.url, reason))
    found.append((servers[2].url.replace("http:", "https:"), "SSLError"))
    yield found
    for server in servers:
        server.listener.close()
        for connection in server.open:
            connection.close()


def test_a_metadata_url_tells_no_open_port_from_a_closed_one(api: Api, ports: list[tuple[str, str]]) -> None:
    pool = a_pool(api)
    for url, reason in ports:
        told = refused(api, pool, kind="SAML", ProviderDetails={"MetadataURL": url})
        assert told == ("InvalidParameterException", f"Unable to retrieve metadata from {url}")
        assert reason in str(api.world.events.last(1)[0].reason)


def test_nor_does_an_issuer(api: Api, ports: list[tuple[str, str]]) -> None:
    pool = a_pool(api)
    for url, reason in ports:
        told = refused(api, pool, ProviderDetails=OIDC | {"oidc_issuer": url})
        assert told == ("InvalidParameterException", "Unable to contact well-known endpoint")
        assert reason in str(api.world.events.last(1)[0].reason)
