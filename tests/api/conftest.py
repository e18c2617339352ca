"""What holds whatever a test is about: who lets go of the database has a row among the calls that do."""

from __future__ import annotations

import re
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import flask
import pytest

from emulator.app import create_app
from emulator.dispatch import Dispatcher
from emulator.outcomes import Outcome
from emulator.outside.clock import MovableClock
from emulator.outside.key_reserve import SharedReserve
from emulator.outside.world import World
from emulator.settings import Settings
from emulator.wire.model import Operation
from keys.entropy import SeededEntropy
from keys.signing import SigningKey
from storage.store import Store
from tests.api.known import known_things
from tests.api.meanwhile.calls import ROWS
from tests.builders import Api
from tests.conftest import NOON, VAULT
from tests.saved import Saved
from tests.shapes import Known

_WITH_KEYS = {"GetSigningCertificate", "/.well-known/jwks.json", "/.well-known/jwks_uri", "GetWebIdentityToken"} | {
    "/sts/000000000000/.well-known/jwks.json"
}
"""Let go of the database only where the pool has no keys yet: see tests/api/meanwhile/test_keys.py."""
_AFTER_FAULTS = {"AssumeRoleWithSAML"}
"""Let go of a database of which they have read nothing but whether faults of /_emulator/faults are waiting."""
_KNOWN = {row.operation for row in ROWS} | _WITH_KEYS | _AFTER_FAULTS


class _Current(threading.local):
    """The operation that this thread runs. Calls may be nested: functions of triggers call the server."""

    operation: str | None = None


@pytest.fixture(scope="session")
def known_rows(
    tmp_path_factory: pytest.TempPathFactory, template: Path, signing_keys: list[SigningKey]
) -> Iterator[tuple[Saved, Known]]:
    """The rows of known things. Their ids are drawn with another seed than those of tests."""
    path = tmp_path_factory.mktemp("known") / "cognito.sqlite3"
    shutil.copyfile(template, path)
    store = Store(path, VAULT)
    world = World(MovableClock(stopped=NOON), SeededEntropy(8), key_reserve=SharedReserve(signing_keys))
    api = Api(create_app(Settings(ephemeral=True), world, store, is_new=True).test_client(), world)
    things = known_things(api)
    saved = Saved(store)
    store.close()
    yield saved, things
    saved.close()


@pytest.fixture
def known(api: Api, store: Store, request: pytest.FixtureRequest) -> Known:
    """Known things, in the test's database."""
    if not isinstance(store.place, Path):
        return known_things(api)
    saved: Saved
    things: Known
    saved, things = request.getfixturevalue("known_rows")
    saved.restore(store)
    return things


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
