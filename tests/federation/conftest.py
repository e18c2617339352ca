"""A provider to sign in at, and the connectors asked in a context as the pages ask them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from emulator.outside.world import World
from emulator.settings import Settings
from keys import signing
from keys.signing import SigningKey
from storage.store import Store
from tests.api.recorded_functions import recorder, recording_world
from tests.builders import Api
from tests.federation import upstream
from tests.federation.sign_ins import SignIns, in_contexts
from tests.federation.upstream import Upstream

__all__ = ["recorder", "recording_world"]


@pytest.fixture(scope="session")
def provider_key() -> SigningKey:
    """The key of a provider: making one takes some 50 ms."""
    return signing.generate()


@pytest.fixture(scope="session")
def other_key() -> SigningKey:
    """The key of somebody else."""
    return signing.generate()


@pytest.fixture
def corp(provider_key: SigningKey) -> Iterator[Upstream]:
    """An OpenID Connect provider."""
    with upstream.serving(provider_key) as found:
        yield found


@pytest.fixture
def sign_ins(api: Api, store: Store, world: World, settings: Settings) -> SignIns:
    """Sign-ins at the providers of a pool."""
    return SignIns(api, in_contexts(store, world, settings))
