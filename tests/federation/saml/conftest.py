"""A pool and its SAML provider."""

from __future__ import annotations

import pytest

from keys.signing import SigningKey, generate
from storage.store import Store
from tests.builders import Api
from tests.federation.saml_idp import Corp


@pytest.fixture(scope="session")
def idp_key() -> SigningKey:
    """The key with which Corp signs."""
    return generate()


@pytest.fixture(scope="session")
def stranger() -> SigningKey:
    """A key of somebody else."""
    return generate()


@pytest.fixture
def corp(api: Api, store: Store, idp_key: SigningKey) -> Corp:
    """A pool with the provider Corp."""
    return Corp.of(api, store, idp_key)
