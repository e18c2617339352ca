"""What holds whatever a test is about: who lets go of the database has a row among the calls that do."""

from __future__ import annotations

import re
from collections.abc import Iterator

import flask
import pytest

from storage.store import Store
from tests.api.meanwhile.calls import ROWS

_WITH_KEYS = {"GetSigningCertificate", "/.well-known/jwks.json"}
"""Let go of the database only where the pool has no keys yet: see tests/api/meanwhile/test_keys.py."""
_KNOWN = {row.operation for row in ROWS} | _WITH_KEYS


@pytest.fixture(autouse=True)
def released(request: pytest.FixtureRequest) -> Iterator[None]:
    """Every operation that lets go of the database is tried with acts of others at that moment."""
    if "store" not in request.fixturenames:
        yield
        return
    store: Store = request.getfixturevalue("store")
    unknown: set[str] = set()

    def note() -> None:
        if flask.has_request_context():
            operation = flask.request.headers.get("X-Amz-Target", "").rpartition(".")[2]
            asked = operation or re.sub("^/[a-z0-9-]+_[A-Za-z0-9]+/", "/", flask.request.path)
            unknown.update({asked} - _KNOWN)

    store.while_released = note
    yield
    assert unknown == set(), "has no row in tests/api/meanwhile/calls.py"
