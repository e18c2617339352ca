"""What holds whatever a test is about: who lets go of the database has a row among the calls that do."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from typing import Any

import flask
import pytest

from emulator.dispatch import Dispatcher, Outcome
from emulator.wire.model import Operation
from storage.store import Store
from tests.api.meanwhile.calls import ROWS

_WITH_KEYS = {"GetSigningCertificate", "/.well-known/jwks.json"}
"""Let go of the database only where the pool has no keys yet: see tests/api/meanwhile/test_keys.py."""
_KNOWN = {row.operation for row in ROWS} | _WITH_KEYS


class _Current(threading.local):
    """The operation that this thread runs. Calls may be nested: functions of triggers call the server."""

    operation: str | None = None


@pytest.fixture(autouse=True)
def released(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every operation that lets go of the database is tried with acts of others at that moment."""
    if "store" not in request.fixturenames or request.config.getoption("--shared"):  # rates release it there
        yield
        return
    store: Store = request.getfixturevalue("store")
    unknown: set[str] = set()
    current, run = _Current(), Dispatcher.run

    def noted(dispatcher: Dispatcher, operation: Operation, *arguments: Any) -> Outcome:
        before, current.operation = current.operation, operation.name
        try:
            return run(dispatcher, operation, *arguments)
        finally:
            current.operation = before

    def note() -> None:
        asked = current.operation
        if asked is None and flask.has_request_context():
            asked = re.sub("^/[a-z0-9-]+_[A-Za-z0-9]+/", "/", flask.request.path)
        unknown.update({asked} - _KNOWN if asked else set())

    monkeypatch.setattr(Dispatcher, "run", noted)
    store.while_released = note
    yield
    assert unknown == set(), "has no row in tests/api/meanwhile/calls.py"
