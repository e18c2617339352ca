"""A town with identity providers, in a world that runs functions of triggers."""

from __future__ import annotations

import pytest

from storage.store import Store
from tests.api.recorded_functions import recorder, recording_world
from tests.builders import Api
from tests.federated_users.arriving import Town

__all__ = ["recorder", "recording_world"]


@pytest.fixture
def town(api: Api, store: Store) -> Town:
    return Town.of(api, store)
