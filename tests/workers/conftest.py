"""Fixtures: servers of ours in processes of their own, and callers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.sdk.conftest import start
from tests.workers.callers import Callers

__all__ = ["callers", "start"]


@pytest.fixture
def callers() -> Iterator[Callers]:
    """Callers, whose connections end with the test."""
    made = Callers()
    yield made
    made.close()
