"""Handshakes in tasks: what they say of a connection, at the moments when that is hard to say."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from emulator.server import limits, tls
from emulator.server.handshakes import Handshakes
from keys import authority

NOW = datetime(2027, 1, 15, 8, tzinfo=UTC)


class Made(asyncio.Protocol):
    """A connection, and what is to happen at the moment when it begins."""

    def __init__(self, then: Callable[[], object]) -> None:
        self.is_made = False
        self.lost = asyncio.get_running_loop().create_future()
        self._then = then

    def connection_made(self, _transport: Any) -> None:
        self.is_made = True
        self._then()

    def connection_lost(self, _exc: Exception | None) -> None:
        self.lost.set_result(None)


def handshakes(made: list[Made], then: Callable[[], object] = lambda: None) -> Handshakes:
    def protocol() -> Any:
        made.append(Made(then))
        return made[-1]

    return Handshakes(tls.local(authority.create(NOW), ["localhost"], lambda: NOW), protocol)


def pair() -> tuple[socket.socket, socket.socket]:
    """The two ends of a connection; that of the server does not block."""
    here, there = socket.socketpair()
    there.setblocking(False)
    return here, there


def shake(here: socket.socket) -> ssl.SSLSocket:
    trusting = ssl.create_default_context()
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    here.settimeout(20)
    return trusting.wrap_socket(here, server_hostname="localhost")


def test_a_client_that_hangs_up_leaves_no_connection() -> None:
    async def run() -> tuple[bool, bool]:
        here, there = pair()
        here.close()
        made: list[Made] = []
        shaking = handshakes(made)
        found = await shaking.begin(there)
        shaking.stop()
        return found, made[0].is_made

    assert asyncio.run(run()) == (False, False)


def test_a_handshake_that_has_to_make_room_when_it_has_just_succeeded_is_a_connection_that_ends(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The connection's own end is then what is counted, and asyncio alone closes its socket."""
    monkeypatch.setattr(limits, "HANDSHAKES", 1)

    async def run() -> bool:
        here, there = pair()
        other, late = pair()
        made: list[Made] = []
        shaking = handshakes(made, lambda: shaking.begin(late))
        task = shaking.begin(there)
        client = await asyncio.to_thread(shake, here)
        found = await task
        with client, other, contextlib.suppress(OSError):
            await asyncio.to_thread(client.recv, 1)
        await made[0].lost
        shaking.stop()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        return found

    assert asyncio.run(run()) is True


def test_a_handshake_that_is_given_up_before_it_begins_closes_its_socket() -> None:
    async def run() -> int:
        here, there = pair()
        here.close()
        shaking = handshakes([])
        _ = shaking.begin(there)
        shaking.stop()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        return there.fileno()

    assert asyncio.run(run()) == -1
