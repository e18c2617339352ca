"""The pytest plugin: fixtures that work without configuration. `docs/testing.md` shows their use.

pytest imports this module in every run where the package is installed, so it imports the rest when a fixture is used.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from cognito_emulator.testing import CognitoEmulator, Pool, User

_EVENTS, _SHOWN = 200, 10
_running: list[CognitoEmulator] = []
"""The server of this process, once there is one."""


@pytest.fixture(scope="session")
def cognito_settings() -> dict[str, Any]:
    """The settings of the server, to override: `{"code": "123456"}`. docs/settings.md has them all."""
    return {}


@pytest.fixture(scope="session")
def cognito(cognito_settings: dict[str, Any]) -> Iterator[CognitoEmulator]:
    """A running server (`cognito_emulator.testing.CognitoEmulator`), one for each session and xdist worker."""
    from cognito_emulator.testing import CognitoEmulator, CognitoEmulatorError

    server = CognitoEmulator(**cognito_settings)
    try:
        server.start()
    except CognitoEmulatorError as error:
        pytest.fail(f"fixture cognito: {error}", pytrace=False)
    _running.append(server)
    yield server
    _running.remove(server)
    server.stop()


@pytest.fixture
def cognito_pool(cognito: CognitoEmulator) -> Iterator[Pool]:
    """A user pool with an app client, for one test. If the test moves the server's clock, it is put back."""
    from cognito_emulator.testing import CognitoEmulatorError

    offset = cognito.clock.offset
    pool = cognito.create_pool()
    yield pool
    with suppress(CognitoEmulatorError):  # the test may have deleted the pool, or stopped the server
        pool.delete()
        if cognito.clock.offset != offset:
            cognito.clock.put_back(offset)


@pytest.fixture
def cognito_user(cognito_pool: Pool) -> User:
    """A user of `cognito_pool` who is signed in, with tokens."""
    return cognito_pool.create_user()


@pytest.hookimpl(hookwrapper=True)  # not `wrapper`, which older versions of pytest do not have
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Add to the report of a test that fails what the server refused, and why, which its answer must not tell."""
    outcome: Any = yield
    report = outcome.get_result()
    if _running and report.failed and "cognito" in getattr(item, "fixturenames", ()):
        refusals = _refusals(_running[-1], getattr(item, "funcargs", {}).get("cognito_pool"))
        if refusals:
            report.sections.append(("calls that cognito-emulator refused", "\n".join(refusals)))


def _refusals(server: CognitoEmulator, pool: Pool | None) -> list[str]:
    """A line for each of the last calls that were refused, of one pool if the test has one."""
    from cognito_emulator.testing import CognitoEmulatorError

    try:
        events = server.events(_EVENTS)
    except CognitoEmulatorError as error:
        return [str(error)]
    refused = [
        f"{each['time']} {each['operation']}: {each['outcome']}: {each['reason']}"
        for each in events
        if each["outcome"] != "ok" and (pool is None or each["pool"] == pool.id)
    ]
    return refused[-_SHOWN:]
