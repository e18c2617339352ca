"""What happens while the document of a client id is fetched: to its policy, and to the cache."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from emulator.outside.http import CannedHttp
from storage.store import Store
from tests.api.client_metadata import DAY, URL, Policy, a_document
from tests.api.meanwhile.moments import Moments
from tests.builders import Api, a_client, a_pool
from tests.conftest import NOON


@pytest.fixture
def pages(api: Api) -> CannedHttp:
    """Where the new document is published."""
    pages = api.world.http
    assert isinstance(pages, CannedHttp)
    pages.put(URL, a_document(name="New"))
    return pages


@pytest.fixture
def policy(api: Api, store: Store, pages: CannedHttp) -> Policy:
    """A policy with an old document in its cache."""
    policy = Policy.of(api, store, a_pool(api))
    policy.receive()
    return policy


def test_the_policy_is_deleted_while_a_document_is_fetched(api: Api, policy: Policy, moments: Moments) -> None:
    with moments.acting(lambda: api.idp("DeleteCIMDPolicy", **policy.named)):
        told = policy.refused("REFRESH")
    assert told == ("ResourceNotFoundException", f"CIMD policy {policy.named['CIMDPolicyId']} does not exist.")
    assert policy.kept() is None


def test_the_policy_is_deleted_while_a_document_is_fetched_that_cannot_be_used(
    api: Api, policy: Policy, pages: CannedHttp
) -> None:
    pages.put(URL, "no document")
    pages.meanwhile = lambda: api.idp("DeleteCIMDPolicy", **policy.named)
    assert policy.set("REFRESH") == {}
    assert policy.kept() is None


def test_the_document_is_invalidated_while_it_is_fetched_and_stays_so(policy: Policy, moments: Moments) -> None:
    with moments.acting(lambda: policy.set("INVALIDATE")):
        assert policy.set("REFRESH") == {}
    assert policy.name() is None
    assert policy.urls() == [{"URL": URL}]


def test_of_two_refreshes_at_once_the_one_that_stored_first_counts(
    api: Api, policy: Policy, pages: CannedHttp, moments: Moments
) -> None:
    """The other one asked before it, and may have found an older document."""

    def refresh() -> None:
        api.world.clock.advance(minutes=1)
        pages.put(URL, a_document(name="Newer"))
        policy.set("REFRESH")

    with moments.acting(refresh):
        assert policy.set("REFRESH") == {}
    assert policy.name() == "Newer"
    assert policy.urls() == [{"URL": URL, "CachedDate": NOON + 60, "ExpirationDate": NOON + 60 + DAY}]


def test_the_duration_is_the_one_that_the_policy_has_at_the_end(api: Api, policy: Policy, moments: Moments) -> None:
    client = a_client(api, policy.named["UserPoolId"])
    changed = {"ClientId": client, "URLPatterns": ["https://other.example/*"], "CacheDuration": 9 * DAY}
    with moments.acting(lambda: api.idp("UpdateCIMDPolicy", **policy.named, **changed)):
        policy.set("REFRESH")
    assert policy.name() == "New"
    assert policy.urls() == [{"URL": URL, "CachedDate": NOON, "ExpirationDate": NOON + 9 * DAY}]


@pytest.mark.parametrize(
    "act",
    [
        lambda api, policy: policy.receive(f"{URL}?2"),
        lambda api, policy: api.idp("CreateUserPool", PoolName="other"),
        lambda api, policy: api.idp("ListClientMetadataURLs", **policy.named),
    ],
)
def test_others_read_and_write_while_a_document_is_fetched(
    api: Api, policy: Policy, pages: CannedHttp, act: Callable[[Api, Policy], Any]
) -> None:
    done: list[Any] = []
    pages.meanwhile = lambda: done.append(act(api, policy))
    assert policy.set("REFRESH") == {}
    assert len(done) == 1
    assert policy.name() == "New"
