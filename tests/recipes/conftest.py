"""A server that is as docs/oauth.md has it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.recipes.page import Person, Site
from tests.sdk.conftest import Server


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A server with the page's pool."""
    server = Server("--ephemeral", log=tmp_path_factory.mktemp("site") / "server.log")
    yield Site(server)
    server.stop()


@pytest.fixture
def ada() -> Person:
    """Ada, with a browser without cookies."""
    return Person()
