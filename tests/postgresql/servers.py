"""Servers of ours that share a PostgreSQL database, and clients that ask them by turns."""

from __future__ import annotations

from itertools import cycle
from pathlib import Path
from typing import Any

from tests.sdk.conftest import Server, Start


def two_servers(start: Start, url: str, key: Path, *arguments: str) -> list[Server]:
    """Two servers on one database."""
    chosen = ("--database", url, "--key", str(key), "--password-cost", "4", *arguments)
    return [start(*chosen), start(*chosen)]


class Alternating:
    """A boto3 client that asks another server with each call. Thread-safe."""

    def __init__(self, service: str, *servers: Server) -> None:
        self._clients = cycle([server.client(service) for server in servers])

    def __getattr__(self, operation: str) -> Any:
        return getattr(next(self._clients), operation)
