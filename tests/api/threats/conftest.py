"""What every test of threat protection stands in."""

from __future__ import annotations

import pytest

from tests.api.threats.guarded import Guarded, a_guarded
from tests.builders import Api


@pytest.fixture
def place(api: Api) -> Guarded:
    """A pool that acts on risks, with Ana."""
    return a_guarded(api)
