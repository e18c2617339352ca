"""Callers who keep a connection, and so the worker that has it."""

from __future__ import annotations

import http.client
import json
import re
import threading
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from tests.builders import IDP
from tests.python_functions.processes import children, until
from tests.sdk.conftest import Server

WORKER = re.compile(r" worker=(\d+) ")


class Caller:
    """A connection to a server."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=60)

    def call(self, operation: str, **members: Any) -> tuple[int, dict[str, Any]]:
        """The status and the answer of an operation."""
        self._connection.request("POST", "/", json.dumps(members), {"X-Amz-Target": f"{IDP}.{operation}"})
        answer = self._connection.getresponse()
        return answer.status, json.load(answer)

    def control(self, method: str, path: str, body: Any = None) -> Any:
        """The answer of a control endpoint."""
        content = None if body is None else json.dumps(body)
        self._connection.request(method, f"/_emulator/{path}", content, {"Content-Type": "application/json"})
        return json.load(self._connection.getresponse())

    def worker(self) -> int:
        """The number of the worker at the other end, by its line in the log."""
        asked = f"us-east-1_{id(self)}"
        self.call("DescribeUserPool", UserPoolId=asked)
        [line] = [line for line in self._server.log.read_text().splitlines() if asked in line]
        found = WORKER.search(line)
        assert found, line
        return int(found[1])

    def close(self) -> None:
        self._connection.close()


class Callers:
    """Makes callers, and closes their connections at the end."""

    def __init__(self) -> None:
        self._made: list[Caller] = []

    def one(self, server: Server) -> Caller:
        self._made.append(Caller(server))
        return self._made[-1]

    def of_each_worker(self, server: Server, workers: int) -> list[Caller]:
        """A caller of each worker, in the order of their numbers."""
        found: dict[int, Caller] = {}

        def has_each() -> bool:
            caller = self.one(server)
            found.setdefault(caller.worker(), caller)
            return len(found) == workers

        assert until(has_each)
        return [found[number] for number in range(1, workers + 1)]

    def close(self) -> None:
        for caller in self._made:
            caller.close()


def workers(server: Server, count: int) -> list[int]:
    """The processes of the workers, once there are so many."""
    assert until(lambda: len(children(server.process.pid)) == count)
    return children(server.process.pid)


class Writers:
    """Threads that create users until they are told to stop, over a new connection where one breaks."""

    def __init__(self, server: Server, pool: str, count: int) -> None:
        self.acknowledged: list[str] = []
        self.refused: list[tuple[int, dict[str, Any]]] = []
        self._server, self._pool = server, pool
        self._stopped = threading.Event()
        self._threads = [threading.Thread(target=self._write, args=(number,)) for number in range(count)]
        for thread in self._threads:
            thread.start()

    def wait_for(self, more: int) -> None:
        """Wait until so many more users were created."""
        wanted = len(self.acknowledged) + more
        assert until(lambda: len(self.acknowledged) >= wanted, 60)

    def stop(self) -> None:
        self._stopped.set()
        for thread in self._threads:
            thread.join()

    def _write(self, writer: int) -> None:
        caller = Caller(self._server)
        for count in range(1_000_000):
            if self._stopped.is_set():
                break
            name = f"user-{writer}-{count}"
            try:
                status, answer = caller.call(
                    "AdminCreateUser", UserPoolId=self._pool, Username=name, MessageAction="SUPPRESS"
                )
            except (OSError, http.client.HTTPException):
                with suppress(OSError):
                    caller.close()
                caller = Caller(self._server)
                continue
            if status == 200:
                self.acknowledged.append(name)
            else:
                self.refused.append((status, answer))
        caller.close()
