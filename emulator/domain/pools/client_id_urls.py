"""Client ids that are URLs: which URLs may be client ids, and under which CIMD policy a URL falls.

The draft "OAuth Client ID Metadata Document" (draft-ietf-oauth-client-id-metadata-document, section 3) defines the form
of the URLs, and compares them as strings. A pattern of a policy is compared in two parts, host and path, so that a `*`
in the one never reaches into the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import unquote

from emulator.domain.pools.urls import is_web_address
from storage.records.pools import CIMDPolicy

_SCHEME = "https://"
_LONGEST = 256
"""The service model's longest MetadataURLType."""
_CHARACTERS = re.compile(r"[!#-;=?-\[\]_a-z~]+")
"""The characters of a URL (RFC 3986)."""
_PARTS = re.compile(r"https://([^/?#]*)([^?#]*)([^#]*)(#?)", re.DOTALL)
_AUTHORITY = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._~-]+)(:[0-9]+)?")
"""Host and port. Other parsers than ours would find another host in `[::1].example.com` or `a%2fb.example.com`."""


def objection(url: str) -> str | None:
    """Why a URL cannot be a client id, for the log; None if it can be one."""
    # AWS unknown: which URLs CIMD refuses as client ids. Here they are those that the draft rules out (user
    # information, a fragment, no path, dot segments, also percent-encoded), hosts that are neither names nor addresses,
    # and URLs that UpdateClientMetadataURLState cannot name, such as those of more than 256 characters.
    if len(url) > _LONGEST:
        return f"the URL has more than {_LONGEST} characters"
    if not _CHARACTERS.fullmatch(url):
        return "the URL has characters that belong into no URL"
    parts = _PARTS.match(url)
    if parts is None:
        return "the URL is not an https URL"
    authority, path, _query, fragment = parts.groups()
    if "@" in authority:
        return "the URL has user information"
    if fragment:
        return "the URL has a fragment"
    if not (_AUTHORITY.fullmatch(authority) and is_web_address(url)):
        return "the URL has no valid host and port"
    return _objection_to_path(path)


def policy_for(policies: Iterable[CIMDPolicy], url: str) -> CIMDPolicy | None:
    """The policy under which the client id `url` falls. `policies` are all policies of a pool.

    None if no pattern matches the URL, or if the URL cannot be a client id.
    """
    # AWS unknown: which CIMD policy of a pool applies to a URL that matches patterns of several. Here it is the one
    # whose matching pattern has most characters beside `*`, of equals the oldest.
    if objection(url):
        return None
    found = [(_best(policy, url), policy) for policy in policies]
    fitting = [(-best, policy.created, policy.id, policy) for best, policy in found if best is not None]
    return min(fitting, key=lambda each: each[:3])[3] if fitting else None


def matches(pattern: str, url: str) -> bool:
    """Whether a URL, to which `objection` has none, matches a URL pattern of a policy.

    Takes time in proportion to the product of both lengths at most.
    """
    # AWS unknown: how far a `*` in the URLPatterns of CreateCIMDPolicy and UpdateCIMDPolicy reaches, and whether letter
    # case counts. Here a pattern is compared with the whole URL, letter case counts, a `*` before the first `/` of the
    # path stands for any characters of host and port, a later one for any characters of path and query.
    host, path = _halves(url)
    host_pattern, path_pattern = _halves(pattern)
    return bool(_compiled(host_pattern).fullmatch(host) and _compiled(path_pattern).fullmatch(path))


def _objection_to_path(path: str) -> str | None:
    if not path:
        return "the URL has no path"
    if {".", ".."} & set(re.split(r"[/\\]", unquote(path))):
        return "the URL has dot segments"
    return None


def _best(policy: CIMDPolicy, url: str) -> int | None:
    """The number of characters beside `*` in the policy's longest pattern that matches; None if none does."""
    lengths = (len(pattern.replace("*", "")) for pattern in policy.url_patterns if matches(pattern, url))
    return max(lengths, default=None)


def _halves(text: str) -> tuple[str, str]:
    """Host with port, and the rest, of a URL or a pattern."""
    host, slash, rest = text.removeprefix(_SCHEME).partition("/")
    return host, slash + rest


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    """A pattern as a regular expression.

    Its groups are atomic: the first place where the text between two `*` fits is as good as any later one, and trying
    those too would take exponential time.
    """
    first, *others = [re.escape(literal) for literal in re.split(r"\*+", pattern)]
    between = "".join(f"(?>.*?{literal})" for literal in others[:-1])
    last = f".*{others[-1]}" if others else ""
    return re.compile(first + between + last, re.DOTALL)
