"""moto's server in a process of its own, as docs/credentials.md starts it: S3, DynamoDB and SQS for our credentials."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from typing import Any

import boto3

RUNNING = re.compile(r"Running on (http://127\.0\.0\.1:\d+)")
PATIENCE = 60


class Moto:
    """A running `moto_server` with the account of our servers."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "moto.server", "-p", "0"],
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "MOTO_ACCOUNT_ID": "000000000000"},
        )
        assert self._process.stderr is not None
        guard = threading.Timer(PATIENCE, self._process.kill)
        guard.start()
        lines: list[str] = []
        while not (found := RUNNING.search(lines[-1] if lines else "")):
            lines.append(self._process.stderr.readline())
            assert lines[-1], lines
        guard.cancel()
        self.url = found[1]
        self._reader = threading.Thread(target=self._process.stderr.read)  # it logs every request
        self._reader.start()

    def client(self, service: str, **keys: Any) -> Any:
        """A boto3 client of a service, with made-up credentials unless others are given."""
        keys = {"aws_access_key_id": "local", "aws_secret_access_key": "local", **keys}
        return boto3.client(service, endpoint_url=self.url, region_name="us-east-1", **keys)

    def stop(self) -> None:
        """Stop it."""
        self._process.kill()
        self._reader.join()
        self._process.communicate()
