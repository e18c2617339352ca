"""Keys to sign with, made once: each takes some 50 ms."""

from __future__ import annotations

import pytest

from keys import signing
from keys.signing import SigningKey


@pytest.fixture(scope="session")
def key() -> SigningKey:
    return signing.generate()


@pytest.fixture(scope="session")
def stranger() -> SigningKey:
    """A key of another pool."""
    return signing.generate()
