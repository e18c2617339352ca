"""Servers of ours that share a PostgreSQL database, and clients that ask them by turns."""

from __future__ import annotations

import threading
import time
from itertools import cycle
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from tests.postgresql.server import wait_until
from tests.sdk.conftest import Server, Start

WRITERS = 16


def two_servers(start: Start, url: str, key: Path, *arguments: str) -> list[Server]:
    """Two servers on one database."""
    chosen = ("--database", url, "--key", str(key), "--password-cost", "4", *arguments)
    return [start(*chosen), start(*chosen)]


class Writers:
    """Sixteen threads that create users until they are told to stop, half of them on each of two servers.

    `acknowledged` has the names of users that were created, `refused` the errors. A server may be exchanged for another
    one meanwhile.
    """

    def __init__(self, servers: list[Server], pool: str) -> None:
        self.acknowledged: list[tuple[int, str]] = []
        self.refused: list[tuple[int, str]] = []
        self._pool = pool
        self._clients = [server.client("cognito-idp") for server in servers]
        self._stopping = threading.Event()
        self._threads = [threading.Thread(target=self._write, args=(number,)) for number in range(WRITERS)]
        for thread in self._threads:
            thread.start()

    def exchange(self, which: int, server: Server) -> None:
        """Let the writers of one server go on with another."""
        self._clients[which] = server.client("cognito-idp")

    def wait_for(self, more: int, which: int | None = None) -> None:
        """Return once so many more users were created, by one server or by any."""
        before = self._count(which)
        wait_until(lambda: self._count(which) >= before + more)

    def stop(self) -> set[str]:
        """Stop; the names that were acknowledged."""
        self._stopping.set()
        for thread in self._threads:
            thread.join()
        return {name for _, name in self.acknowledged}

    def _count(self, which: int | None) -> int:
        return sum(which in {None, by} for by, _ in self.acknowledged)

    def _write(self, number: int) -> None:
        which, turn = number % 2, 0
        while not self._stopping.is_set():
            name, turn = f"user{number}-{turn}", turn + 1
            try:
                self._clients[which].admin_create_user(UserPoolId=self._pool, Username=name, MessageAction="SUPPRESS")
            except ClientError as error:
                self.refused.append((which, error.response["Error"]["Code"]))
            except BotoCoreError:
                self.refused.append((which, "connection"))
                time.sleep(0.02)
            else:
                self.acknowledged.append((which, name))


def check_users(idp: Any, pool: str, acknowledged: set[str]) -> None:
    """What was acknowledged is there, and the pool counts what is there."""
    pages = idp.get_paginator("list_users").paginate(UserPoolId=pool)
    kept = {user["Username"] for page in pages for user in page["Users"]}
    assert acknowledged <= kept
    assert idp.describe_user_pool(UserPoolId=pool)["UserPool"]["EstimatedNumberOfUsers"] == len(kept)


class Alternating:
    """A boto3 client that asks another server with each call. Thread-safe."""

    def __init__(self, service: str, *servers: Server) -> None:
        self._clients = cycle([server.client(service) for server in servers])

    def __getattr__(self, operation: str) -> Any:
        return getattr(next(self._clients), operation)
