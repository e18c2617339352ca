"""An issuer elsewhere, and IAM, which tests fill."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from emulator.outside.http import CannedHttp
from emulator.outside.iam import ListedIam
from emulator.outside.world import World
from keys import signing
from keys.signing import SigningKey
from tests.api.identity_app import App, an_app
from tests.api.issuers import Issuer
from tests.builders import Api


@pytest.fixture(scope="session")
def corps_key() -> SigningKey:
    """The key of Corp, an issuer elsewhere."""
    return signing.generate()


@pytest.fixture
def pages() -> CannedHttp:
    """The web."""
    return CannedHttp()


@pytest.fixture
def iam() -> ListedIam:
    """IAM, in which nothing is known."""
    return ListedIam()


@pytest.fixture
def world(world: World, pages: CannedHttp, iam: ListedIam) -> World:
    """The world with that web and that IAM."""
    return replace(world, http=pages, iam=iam)


@pytest.fixture
def corp(pages: CannedHttp, corps_key: SigningKey) -> Issuer:
    """An issuer elsewhere."""
    return Issuer(pages, corps_key).publish()


@pytest.fixture
def mine(api: Api) -> App:
    """An application with an identity pool."""
    return an_app(api)
