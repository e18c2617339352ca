"""A PostgreSQL server that is stopped, killed or hung while ours runs: what callers are told, and that it heals."""

from __future__ import annotations

import json
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from botocore.exceptions import ClientError

from tests.postgresql.server import PostgreSQLServer
from tests.sdk.conftest import Server, Start

PATIENCE = 20
CALLERS = 64


@pytest.fixture
def server(durable: PostgreSQLServer, start: Start, tmp_path: Path) -> Server:
    """A server of ours."""
    url = durable.url(durable.create())
    return start("--database", url, "--key", str(tmp_path / "key"), "--database-timeout", "1")


def health(server: Server) -> tuple[int, dict[str, Any]]:
    try:
        with urlopen(f"{server.url}/health", timeout=PATIENCE) as answer:
            return answer.status, json.load(answer)
    except HTTPError as error:
        with error:
            return error.code, json.load(error)


def kill(durable: PostgreSQLServer) -> Callable[[], None]:
    durable.stop(signal.SIGKILL)
    return durable.start


def hang(durable: PostgreSQLServer) -> Callable[[], None]:
    durable.send_to_all(signal.SIGSTOP)
    return lambda: durable.send_to_all(signal.SIGCONT)


@pytest.mark.parametrize("stop", [kill, hang])
def test_a_database_that_is_gone_is_told_in_our_words_and_heals(
    durable: PostgreSQLServer, server: Server, stop: Callable[[PostgreSQLServer], Callable[[], None]]
) -> None:
    idp = server.client("cognito-idp")
    pool = idp.create_user_pool(PoolName="kept")["UserPool"]["Id"]
    bring_back = stop(durable)
    for _ in range(3):
        with pytest.raises(ClientError) as refused:
            idp.admin_create_user(UserPoolId=pool, Username="ana")
        assert refused.value.response["Error"] == {
            "Code": "InternalErrorException",
            "Message": "The emulator's database cannot be used: its server cannot be reached.",
        }
        assert health(server) == (
            503,
            {"error": "The emulator's database cannot be used: its server cannot be reached."},
        )
    bring_back()
    eventually(lambda: health(server)[0] == 200)
    idp.admin_create_user(UserPoolId=pool, Username="ana")
    assert "Traceback" not in server.log.read_text()


@pytest.mark.parametrize("stop", [kill, hang])
def test_a_server_whose_database_is_gone_ends_with_0(
    durable: PostgreSQLServer, server: Server, stop: Callable[[PostgreSQLServer], Callable[[], None]]
) -> None:
    bring_back = stop(durable)
    assert server.stop() == 0
    bring_back()


def test_many_callers_are_told_within_the_time_that_one_waits(durable: PostgreSQLServer, server: Server) -> None:
    """One call at a time tries to reach the database; the others do not queue up behind it."""
    idp = server.client("cognito-idp")
    pool = idp.create_user_pool(PoolName="kept")["UserPool"]["Id"]
    ends: list[str] = []

    def ask() -> None:
        try:
            idp.describe_user_pool(UserPoolId=pool)
        except ClientError as error:
            ends.append(error.response["Error"]["Code"])

    durable.send_to_all(signal.SIGSTOP)
    callers = [threading.Thread(target=ask) for _ in range(CALLERS)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join(PATIENCE)
    durable.send_to_all(signal.SIGCONT)
    assert ends == ["InternalErrorException"] * len(callers)


def eventually(done: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not done():
        assert time.monotonic() < end
        time.sleep(0.05)
