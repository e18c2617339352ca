"""Client ids that were received under a CIMD policy: listed, and their documents fetched again or dropped."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest
from msgspec.structs import replace

from emulator.outside.http import CannedHttp, HttpResponse, Request
from emulator.outside.world import World
from storage.records.pools import ClientMetadataURL
from storage.store import Store
from tests.api.client_metadata import DAY, URL, YEAR, Policy, a_document
from tests.builders import Api, a_pool, refusal
from tests.conftest import NOON

NONE = ("CachedCIMDURLDoesNotExistException", f"No client metadata document from {URL} is cached.")
WEEK = 7 * DAY


@pytest.fixture
def pages() -> CannedHttp:
    return CannedHttp()


@pytest.fixture
def world(world: World, pages: CannedHttp) -> World:
    return replace(world, http=pages)


@pytest.fixture
def policy(api: Api, store: Store) -> Policy:
    return Policy.of(api, store, a_pool(api), CacheDuration=WEEK)


def published(pages: CannedHttp, document: Any, url: str = URL, status: int = 200, **headers: str) -> None:
    """Let a document be at a URL. A text is published as it is."""
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    pages.answers[url] = HttpResponse(status, {name.replace("_", "-"): value for name, value in headers.items()}, body)


def test_urls_are_listed_with_the_dates_of_their_documents_while_these_are_cached(api: Api, policy: Policy) -> None:
    assert policy.urls() == []
    policy.receive("https://b.example.com/client.json")
    policy.receive("https://c.example.com/client.json", expires=NOON + 60)
    policy.receive("https://a.example.com/client.json", cached=False)
    a, b, c = (f"https://{name}.example.com/client.json" for name in "abc")
    dates = {"CachedDate": NOON, "ExpirationDate": NOON + DAY}
    soon = dates | {"ExpirationDate": NOON + 60}
    assert policy.urls() == [{"URL": a}, {"URL": b, **dates}, {"URL": c, **soon}]
    api.world.clock.advance(seconds=59)
    assert policy.urls() == [{"URL": a}, {"URL": b, **dates}, {"URL": c, **soon}]
    api.world.clock.advance(seconds=1)
    assert policy.urls() == [{"URL": a}, {"URL": b, **dates}, {"URL": c}]
    assert policy.urls(MaxResults=1) == [{"URL": a}]


def test_a_page_token_of_another_policy_or_list_is_refused(api: Api, store: Store, policy: Policy) -> None:
    pool = policy.named["UserPoolId"]
    other = Policy.of(api, store, pool)
    for number in range(3):
        for each in (policy, other):
            each.receive(f"https://app{number}.example.com/client.json")
    tokens = [
        api.idp("ListClientMetadataURLs", **policy.named, MaxResults=1)["NextToken"],
        api.idp("ListClientMetadataURLs", **other.named, MaxResults=1)["NextToken"],
        api.idp("ListCIMDPolicies", UserPoolId=pool, MaxResults=1)["NextToken"],
    ]
    assert len(policy.urls(NextToken=tokens[0])) == 2
    told = ("InvalidParameterException", "Invalid pagination token given.")
    for token in tokens[1:]:
        assert refusal(api, "ListClientMetadataURLs", **policy.named, NextToken=token) == told
    for token in tokens[:2]:
        assert refusal(api, "ListCIMDPolicies", UserPoolId=pool, NextToken=token) == told


def test_another_policys_urls_are_not_this_ones(api: Api, store: Store, policy: Policy) -> None:
    other = Policy.of(api, store, policy.named["UserPoolId"])
    other.receive()
    assert policy.urls() == []
    assert policy.refused("INVALIDATE") == policy.refused("REFRESH") == NONE
    assert other.name() == "Old"


def test_invalidate_drops_the_document_and_the_url_stays(policy: Policy) -> None:
    policy.receive()
    policy.receive(f"{URL}?2")
    assert policy.set("INVALIDATE") == {}
    assert policy.kept() == ClientMetadataURL(policy.named["CIMDPolicyId"], URL)
    assert policy.name(f"{URL}?2") == "Old"
    assert policy.urls()[0] == {"URL": URL}
    assert policy.refused("INVALIDATE") == NONE


@pytest.mark.parametrize("action", ["REFRESH", "INVALIDATE"])
@pytest.mark.parametrize("state", ["unknown", "not cached", "expired"])
def test_there_is_nothing_to_refresh_or_invalidate_without_a_cached_document(
    policy: Policy, pages: CannedHttp, action: str, state: str
) -> None:
    if state != "unknown":
        policy.receive(cached=state == "expired", expires=NOON)
    published(pages, a_document())
    before = policy.kept()
    assert policy.refused(action) == NONE
    assert policy.kept() == before
    assert pages.urls == []


def test_refresh_fetches_within_limits_and_caches_what_it_found(api: Api, policy: Policy, pages: CannedHttp) -> None:
    policy.receive()
    policy.receive(f"{URL}?2")
    api.world.clock.advance(hours=1)
    published(pages, a_document() | {"contacts": ["ana@example.com"]})
    assert policy.set("REFRESH") == {}
    assert pages.requests == [Request("GET", URL, {"Accept": "application/json"}, None, 5, 65_536)]
    now = NOON + 3600
    document = a_document() | {"grant_types": ["authorization_code"], "response_types": ["code"]}
    assert policy.kept() == ClientMetadataURL(policy.named["CIMDPolicyId"], URL, document, now, now + WEEK)
    assert policy.urls()[0] == {"URL": URL, "CachedDate": now, "ExpirationDate": now + WEEK}
    assert policy.name(f"{URL}?2") == "Old"


@pytest.mark.parametrize(
    ("cache_control", "lasts"),
    [
        ("max-age=172800", 2 * DAY),
        ('public, Max-Age = "172800", immutable', 2 * DAY),
        (f"max-age={DAY}", DAY),
        (f"max-age={YEAR}", YEAR),
        ("max-age=172800, max-age=345600", 2 * DAY),
        (f"max-age={DAY - 1}", WEEK),
        (f"max-age={YEAR + 1}", WEEK),
        ("no-store", WEEK),
        ("max-age=0, must-revalidate", WEEK),
        ("s-maxage=172800", WEEK),
        ("x-max-age=172800", WEEK),
        ("max-age=-172800", WEEK),
        ("max-age=172800.5", WEEK),
        ("max-age=", WEEK),
        ("max-age=" + "9" * 5_000, WEEK),
        ("max-age=172800; public", WEEK),
        ("max-age=١٧٢٨٠٠", WEEK),
    ],
)
def test_a_document_is_cached_for_its_max_age_within_bounds_else_for_the_policys_duration(
    policy: Policy, pages: CannedHttp, cache_control: str, lasts: int
) -> None:
    policy.receive()
    published(pages, a_document(), cache_control=cache_control)
    policy.set("REFRESH")
    assert policy.name() == "Example"
    assert policy.urls() == [{"URL": URL, "CachedDate": NOON, "ExpirationDate": NOON + lasts}]


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (None, "nobody is there"),
        (HttpResponse(404, {}, json.dumps(a_document()).encode()), "status is 404"),
        (HttpResponse(203, {}, json.dumps(a_document()).encode()), "status is 203"),
        (HttpResponse(302, {"location": f"{URL}?new"}, b""), "status is 302"),
        (HttpResponse(200, {}, json.dumps(a_document() | {"x": "x" * 65_536}).encode()), "longer than 65536 bytes"),
        (HttpResponse(200, {}, b""), "not a JSON object"),
        (HttpResponse(200, {}, b"<html>"), "not a JSON object"),
        (HttpResponse(200, {}, b"\xff\xfe\xfd"), "not a JSON object"),
        (HttpResponse(200, {}, b"[" * 60_000), "not a JSON object"),
        (HttpResponse(200, {}, json.dumps(a_document(f"{URL}?2")).encode()), "client_id is not the URL"),
        (HttpResponse(200, {}, json.dumps(a_document() | {"client_secret": "s"}).encode()), "has client_secret"),
    ],
)
def test_a_refresh_that_fails_keeps_the_document_and_the_log_says_why(
    policy: Policy, pages: CannedHttp, caplog: pytest.LogCaptureFixture, answer: HttpResponse | None, why: str
) -> None:
    policy.receive()
    before = policy.kept()
    pages.answers |= {URL: answer} if answer else {}
    published(pages, a_document(name="New"), f"{URL}?new")
    with caplog.at_level(logging.WARNING, "cognito_emulator"):
        assert policy.set("REFRESH") == {}
    assert policy.kept() == before
    assert pages.urls == [URL]
    [told] = caplog.messages
    assert told.startswith(f"the document of {URL} is not refreshed: ")
    assert why in told


@pytest.mark.parametrize(
    "url",
    ["https://ana:secret@app.example.com/x", "https://app.example.com/../x", "https://app.example.com\r\nX: y/x"],
)
def test_a_url_that_can_be_no_client_id_is_never_fetched(
    policy: Policy, pages: CannedHttp, caplog: pytest.LogCaptureFixture, url: str
) -> None:
    policy.receive(url)
    published(pages, a_document(url), url)
    if "\n" in url:
        assert policy.refused("REFRESH", url)[0] == "InvalidParameterException"
    else:
        assert policy.set("REFRESH", url) == {}
        assert "secret" not in caplog.text
    assert pages.urls == []
    assert policy.name(url) == "Old"


def test_what_the_log_says_of_a_document_is_one_line(
    policy: Policy, pages: CannedHttp, caplog: pytest.LogCaptureFixture
) -> None:
    policy.receive()
    published(pages, a_document() | {"redirect_uris": ["javascript:\nGET / 200 \x1b[2J"]})
    policy.set("REFRESH")
    assert all(message.isprintable() for message in caplog.messages)
    assert "javascript" in caplog.text


@pytest.mark.parametrize("members", [{"Action": "DELETE"}, {"Action": "refresh"}, {"URL": "http://app.example.com/x"}])
def test_other_actions_and_urls_are_refused_by_the_model(api: Api, policy: Policy, members: dict[str, str]) -> None:
    policy.receive()
    given = {"URL": URL, "Action": "INVALIDATE", **policy.named, **members}
    assert refusal(api, "UpdateClientMetadataURLState", **given)[0] == "InvalidParameterException"
    assert policy.name() == "Old"


def test_a_deleted_policy_takes_its_documents_and_another_pools_policy_stays(
    api: Api, store: Store, policy: Policy
) -> None:
    other = Policy.of(api, store, a_pool(api))
    for each in (policy, other):
        each.receive()
    api.idp("DeleteCIMDPolicy", **policy.named)
    assert policy.kept() is None
    assert other.name() == "Old"
    api.idp("DeleteUserPool", UserPoolId=other.named["UserPoolId"])
    assert other.kept() is None
