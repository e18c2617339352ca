"""A town with identity providers."""

from __future__ import annotations

import pytest

from storage.store import Store
from tests.builders import Api
from tests.federated_users.arriving import Town


@pytest.fixture
def town(api: Api, store: Store) -> Town:
    return Town.of(api, store)
