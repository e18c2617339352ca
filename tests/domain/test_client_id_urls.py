"""Which URLs can be client ids, and under which CIMD policy a URL falls."""

from __future__ import annotations

from itertools import permutations

import pytest

from emulator.domain.pools.client_id_urls import matches, objection, policy_for
from storage.records.pools import CIMDPolicy

CLAUDE = "https://claude.ai/oauth/mcp-oauth-client-metadata"
REAL = [
    CLAUDE,
    "https://claude.ai/oauth/claude-code-client-metadata",
    "https://chatgpt.com/oauth/abc_DEF-1/client.json",
    "https://vscode.dev/oauth/client-metadata.json",
    "https://zed.dev/oauth/client-metadata.json",
    "https://opencode.ai/oauth/opencode/client.json",
]


def a_policy(id: str, *patterns: str, created: float = 0.0) -> CIMDPolicy:
    return CIMDPolicy(id, "us-east-1_pool", "client", id, list(patterns), 86_400, created, created)


@pytest.mark.parametrize(
    "url",
    [
        *REAL,
        "https://localhost:8443/client.json",
        "https://127.0.0.1:8443/client.json",
        "https://[::1]:8443/client.json",
        "https://a_b.example.com/~ana/client%20id.json",
        "https://example.com/",
        "https://example.com/client.json?version=2",
        "https://example.com/a/.well-known/...",
        "https://example.com/" + "x" * 236,
    ],
)
def test_a_url_of_a_document_can_be_a_client_id(url: str) -> None:
    assert objection(url) is None


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://example.com/client.json", "not an https URL"),
        ("HTTPS://example.com/client.json", "not an https URL"),
        ("//example.com/client.json", "not an https URL"),
        ("1example23456789", "not an https URL"),
        ("https://ana@example.com/client.json", "user information"),
        ("https://good.example@evil.example/client.json", "user information"),
        ("https://example.com/client.json#", "a fragment"),
        ("https://example.com/client.json#/good.example/", "a fragment"),
        ("https://example.com", "no path"),
        ("https://example.com?x=/client.json", "no path"),
        ("https://example.com/a/../client.json", "dot segments"),
        ("https://example.com/./client.json", "dot segments"),
        ("https://example.com/a/..", "dot segments"),
        ("https://example.com/a/%2e%2E/client.json", "dot segments"),
        ("https://example.com/a/.%2e?x", "dot segments"),
        ("https://example.com/a%2f..%2fclient.json", "dot segments"),
        ("https://example.com/a%5C..%5Cclient.json", "dot segments"),
        ("https:///client.json", "no valid host"),
        ("https://:443/client.json", "no valid host"),
        ("https://example.com:/client.json", "no valid host"),
        ("https://example.com:0/client.json", "no valid host"),
        ("https://example.com:65536/client.json", "no valid host"),
        ("https://evil.example:443.good.example/client.json", "no valid host"),
        ("https://[::1].good.example/client.json", "no valid host"),
        ("https://evil.example%2f.good.example/client.json", "no valid host"),
        ("https://*.example.com/client.json", "no valid host"),
        ("https://evil.example\\.good.example/client.json", "characters"),
        ("https://example.com/client id.json", "characters"),
        ("https://example.com/client.json\n", "characters"),
        ("https://exämple.com/client.json", "characters"),
        ("https://example.com/\u2025/client.json", "characters"),
        ("https://example.com/" + "x" * 237, "more than 256 characters"),
        ("", "characters"),
    ],
)
def test_other_texts_cannot_and_the_log_says_why(url: str, why: str) -> None:
    assert why in (objection(url) or "")
    assert policy_for([a_policy("all", "https://*/*", "https://*", f"https://{'*' * 20}")], url) is None


@pytest.mark.parametrize(
    ("pattern", "url"),
    [
        (CLAUDE, CLAUDE),
        ("https://claude.ai/oauth/*", CLAUDE),
        ("https://claude.ai/*", CLAUDE),
        ("https://*/*", CLAUDE),
        ("https://claude.ai/**", CLAUDE),
        ("https://chatgpt.com/oauth/*/client.json", "https://chatgpt.com/oauth/abc/client.json"),
        ("https://chatgpt.com/oauth/*/client.json", "https://chatgpt.com/oauth/a/b/client.json"),
        ("https://*.example.com/*.json", "https://a.b.example.com/c/d.json"),
        ("https://localhost:*/client.json", "https://localhost:8443/client.json"),
        ("https://app-*-*.example.com/*/*/x*", "https://app-1-2-3.example.com/a/b/c/x"),
        ("https://example.com/*aab", "https://example.com/aaab"),
        ("https://example.com/*ab*ab", "https://example.com/abab"),
        ("https://example.com/v*/client.json", "https://example.com/v2/client.json"),
        ("https://example.com/client.json*", "https://example.com/client.json?version=2"),
        ("https://example.com/(a|b)[c]+$", "https://example.com/(a|b)[c]+$"),
    ],
)
def test_a_pattern_matches_the_whole_url(pattern: str, url: str) -> None:
    assert matches(pattern, url)


@pytest.mark.parametrize(
    ("pattern", "url"),
    [
        (CLAUDE, f"{CLAUDE}/"),
        (CLAUDE, CLAUDE.upper().replace("HTTPS", "https")),
        ("https://Example.com/*", "https://example.com/client.json"),
        ("https://example.com/*", "https://example.com:443/client.json"),
        ("https://example.com/client*", "https://example.com/a/client.json"),
        ("https://*.example.com/*", "https://example.com/client.json"),
        ("https://*.example.com/*", "https://evil.example/x.example.com/client.json"),
        ("https://*.example.com/client.json", "https://evil.example/?.example.com/client.json"),
        ("https://*example.com", "https://evil.example/example.com"),
        ("https://example*", "https://example.com/client.json"),
        ("https://example.com/*ab*ab", "https://example.com/ab"),
        ("https://example.com/a.c", "https://example.com/abc"),
        ("https://example.com/(a|b)", "https://example.com/a"),
        ("https://example.com/a+", "https://example.com/aa"),
    ],
)
def test_a_wildcard_of_the_host_stays_in_the_host_and_all_else_is_literal(pattern: str, url: str) -> None:
    assert not matches(pattern, url)


def test_a_pattern_of_nothing_but_wildcards_takes_no_longer_than_any_other() -> None:
    """Tried place by place, the first one would take longer than the universe is old."""
    pattern = "https://x/" + "*a" * 123
    assert len(pattern) == 256
    assert not matches(pattern, "https://x/" + "a" * 245 + "b")
    assert matches(pattern, "https://x/" + "a" * 246)
    assert not matches("https://" + "*a" * 110 + "/*", "https://" + "a" * 200 + "b/")


def test_the_most_literal_pattern_decides_and_the_oldest_policy_among_equals() -> None:
    broad = a_policy("broad", "https://*/*", "https://zed.dev/*", created=1.0)
    host = a_policy("host", "https://vscode.dev/*", "https://claude.ai/*", created=2.0)
    path = a_policy("path", "https://claude.ai/o*a*u*t*h/*", created=4.0)
    same = a_policy("same", "https://claude.ai/oauth/*", created=3.0)
    also = a_policy("also", "https://*/oauth/*aude-code-client-metadata", created=0.0)
    for policies in permutations([broad, host, path, same, also]):
        assert policy_for(policies, CLAUDE) == same
        assert policy_for(policies, "https://claude.ai/client.json") == host
        assert policy_for(policies, "https://claude.ai/oauth/claude-code-client-metadata") == also
        assert policy_for(policies, "https://zed.dev/oauth/client-metadata.json") == broad
    assert policy_for([host, path], "https://zed.dev/oauth/client-metadata.json") is None
    assert policy_for([], CLAUDE) is None


def test_the_order_of_policies_does_not_matter_where_they_were_made_at_the_same_time() -> None:
    policies = [a_policy(name, "https://claude.ai/*") for name in ("b", "a", "c")]
    assert [policy_for(each, CLAUDE) for each in permutations(policies)] == [policies[1]] * 6
