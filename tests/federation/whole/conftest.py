"""A server for the tests of a module, and somebody with a browser."""

from __future__ import annotations

import pytest

from tests.federation.whole.shop import Person, Shop
from tests.sdk.conftest import Server, shared, start

__all__ = ["shared", "start"]


@pytest.fixture
def shop(shared: Server) -> Shop:
    """An application on the server, with a pool of its own."""
    return Shop(shared)


@pytest.fixture
def ana() -> Person:
    """Ana, with a browser without cookies."""
    return Person()
