"""Fixtures: servers of ours in processes of their own, and PostgreSQL servers that survive a crash."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.postgresql.server import PostgreSQLServer
from tests.sdk.conftest import start

__all__ = ["start"]


@pytest.fixture
def durable() -> Iterator[PostgreSQLServer]:
    """A server that keeps what it has committed, whatever happens."""
    server = PostgreSQLServer(fast=False)
    yield server
    server.close()


@pytest.fixture
def kills(request: pytest.FixtureRequest) -> int:
    """How often a test kills a process."""
    return int(request.config.getoption("--kills"))
