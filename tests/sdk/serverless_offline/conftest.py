"""What every test here stands in: one serverless-offline and one server, and a shop whose pool has all triggers."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest

from tests.sdk.conftest import Server
from tests.sdk.serverless_offline.application import TRIGGERS, Application, Shop, functions


@pytest.fixture(scope="session")
def application(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    """The application, running."""
    running = Application(tmp_path_factory.mktemp("application"))
    yield running
    running.stop()


@pytest.fixture(scope="session")
def offline(application: Application, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that calls the application's functions, and one that is where nobody listens."""
    log = tmp_path_factory.mktemp("offline") / "server.log"
    elsewhere = ["--lambda-functions", "NotHeard=lambda:http://127.0.0.1:1"]
    running = Server("--ephemeral", "--lambda-endpoint", application.url, *elsewhere, log=log)
    yield running
    running.stop(signal.SIGKILL)


@pytest.fixture
def shop(offline: Server, application: Application) -> Shop:
    """A shop, whose pool has every trigger."""
    return Shop(offline, application, functions(*TRIGGERS))
