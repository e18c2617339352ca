"""A server as users start it, in a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config

from tests.sdk.moto import Moto

START = 20


class Server:
    """A running `python -m cognito_emulator`, or another program, and boto3 clients for it."""

    def __init__(self, *arguments: str, log: Path, program: Sequence[str] = ("-m", "cognito_emulator")) -> None:
        self.log = log
        with log.open("ab") as errors:
            self.process = subprocess.Popen(
                [sys.executable, *program, "--port", "0", *arguments],
                stdout=subprocess.PIPE,
                stderr=errors,
                env={name: value for name, value in os.environ.items() if not name.startswith("COGNITO_")},
            )
        assert self.process.stdout is not None
        line = self.process.stdout.readline().decode()
        assert line.startswith("listening on http://"), (line, log.read_text())
        self.url = line.split()[-1]

    def client(self, service: str, **keys: Any) -> Any:
        """A boto3 client of a service, with made-up credentials unless others are given."""
        keys = {"aws_access_key_id": "AKIAQAAAAAAAAAAAAAAA", "aws_secret_access_key": "secret", **keys}
        quick = Config(retries={"max_attempts": 1}, connect_timeout=5, read_timeout=60, max_pool_connections=32)
        return boto3.client(service, endpoint_url=self.url, region_name="us-east-1", config=quick, **keys)

    def stop(self, how: int = signal.SIGTERM) -> int:
        """Stop the server; answers its exit status."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return self.process.wait(START)


Start = Callable[..., Server]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts servers, which stop with the test."""
    running: list[Server] = []

    def begin(*arguments: str) -> Server:
        running.append(Server(*arguments, log=tmp_path / "server.log"))
        return running[-1]

    yield begin
    for server in running:
        server.stop(signal.SIGKILL)


@pytest.fixture
def server(start: Start) -> Server:
    """An ephemeral server."""
    return start("--ephemeral")


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """An ephemeral server for all tests of a module, each of which makes its own pool."""
    server = Server("--ephemeral", log=tmp_path_factory.mktemp("shared") / "server.log")
    yield server
    server.stop(signal.SIGKILL)


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Like `shared`, but it verifies signatures."""
    log = tmp_path_factory.mktemp("strict") / "server.log"
    server = Server("--ephemeral", "--strict-signatures", log=log)
    yield server
    server.stop(signal.SIGKILL)


@pytest.fixture(scope="module")
def resources() -> Iterator[Moto]:
    """S3, DynamoDB and SQS, for all tests of a module."""
    running = Moto()
    yield running
    running.stop()
