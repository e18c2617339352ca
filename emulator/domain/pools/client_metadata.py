"""Client ID metadata documents: fetched from the URL that is a client's id, checked, and cached under a CIMD policy.

A document that was fetched is a client's registration (RFC 7591) for as long as it is cached. Only the members that
this file knows are stored.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from emulator.context import Context
from emulator.domain.pools import client_id_urls
from emulator.domain.pools.urls import check_redirect
from emulator.faults import CachedCIMDURLDoesNotExistException, InvalidParameterException
from emulator.outside.http import Unreachable
from storage.records.oauth import MetadataDocument
from storage.records.pools import CIMDPolicy, ClientMetadataURL

# AWS unknown: what fetching a client ID metadata document (UpdateClientMetadataURLState) allows. Here it may take five
# seconds and 64 KiB, the status must be 200, redirects are not followed, the media type does not matter, and the
# address may be private, this machine's too.
_SECONDS = 5
_MOST_BYTES = 64 * 1024
_MOST_URLS = 1_000
_HEADERS = {"Accept": "application/json"}

_DAY, _YEAR = 86_400, 31_556_952
_MAX_AGE = re.compile(r'(?:^|,)\s*max-age\s*=\s*(?:"([0-9]{1,10})"|([0-9]{1,10}))\s*(?:,|$)', re.IGNORECASE)

_HALF_PAIR = re.compile(r"[\ud800-\udfff]")
_TEXTS = ("client_id", "client_name", "client_uri", "logo_uri", "tos_uri", "policy_uri", "scope")
_LISTS = ("redirect_uris", "grant_types", "response_types")
_SECRETS = ("client_secret", "client_secret_expires_at")
_PRIVATE_KEY = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
"""Members of private and symmetric keys (RFC 7518)."""
_DEFAULTS: Mapping[str, Any] = {"grant_types": ["authorization_code"], "response_types": ["code"]}
"""RFC 7591, section 2."""


class Unusable(Exception):
    """A URL cannot be a client id, or has no usable document. The message says why, for the log."""


class Fetched(Struct, frozen=True):
    """A document that passed the checks, and the `max-age` that it came with."""

    document: dict[str, Any]
    max_age: int | None

    def expiry(self, now: float, cache_duration: int) -> float:
        """When a copy cached now expires: after max-age if that is a day to a year, else after `cache_duration`.

        `now` and the result are epoch seconds, `cache_duration` is in seconds.
        """
        age = self.max_age
        return now + (age if age is not None and _DAY <= age <= _YEAR else cache_duration)


def fetch(context: Context, url: str) -> Fetched:
    """Fetch and check the document of the client id `url`. Stores nothing: `renew` caches what is returned.

    Raises Unusable if the URL cannot be a client id, or has no document that passes the checks. The database connection
    is released meanwhile: the URL may be served by a program that calls this server.
    """
    objection = client_id_urls.objection(url)
    if objection:
        raise Unusable(objection)
    stored = context.unit.metadata_documents.get(url)
    if stored and stored.put:
        return Fetched(checked(url, stored.document), None)
    with context.unit.released():
        try:
            answer = context.world.http.request("GET", url, seconds=_SECONDS, headers=_HEADERS, most_bytes=_MOST_BYTES)
        except Unreachable as problem:
            raise Unusable(str(problem)) from None
    if answer.status != 200:
        raise Unusable(f"the status is {answer.status}")
    return Fetched(checked(url, answer.json()), _max_age(answer.headers.get("cache-control", "")))


def current(context: Context, policy: CIMDPolicy, url: str) -> dict[str, Any]:
    """The document of the client id `url`, which falls under the policy: the cached one, or fetched and cached now.

    Raises Unusable, having stored why, and that the URL was received. What is fetched replaces what another call has
    cached meanwhile. Fetching releases the connection.
    """
    received = context.unit.client_metadata_urls.get(policy.id, url)
    if received and received.document is not None and is_cached(received, context.now):
        return received.document
    try:
        fetched = fetch(context, url)
    except Unusable as problem:
        _note(context, url, None, str(problem))
        _receive(context, policy, url)
        raise
    _note(context, url, fetched.document, None)
    before = _receive(context, policy, url)
    if before is not None:
        renew(context, policy, before, fetched)
    return fetched.document


def put(context: Context, url: str, document: Any) -> None:
    """Put a document in the place of a URL: it is taken instead of what the URL serves. Cached copies are dropped.

    `document` is parsed JSON. Raises Unusable for a URL that cannot be a client id; the document is checked when used.
    """
    objection = client_id_urls.objection(url)
    if objection:
        raise Unusable(objection)
    context.unit.metadata_documents.put(MetadataDocument(url, True, document, None, context.now))
    _drop(context, url)


def withdraw(context: Context, url: str | None) -> int:
    """Take back the document that was put for a URL, or all that were put, with the cached copies. Returns how many."""
    stored = [each for each in context.unit.metadata_documents.all() if each.put and url in (None, each.url)]
    for each in stored:
        _drop(context, each.url)
    return context.unit.metadata_documents.delete_put(url) if stored else 0


def received_documents(context: Context) -> list[dict[str, Any]]:
    """What was put for URLs or last fetched from them, and why a document cannot be used, in words."""
    return [_shown(each) for each in context.unit.metadata_documents.all()]


def _shown(each: MetadataDocument) -> dict[str, Any]:
    problem = each.problem
    if each.put:
        try:
            checked(each.url, each.document)
        except Unusable as wrong:
            problem = str(wrong)
    return {
        "url": each.url,
        "put": each.put,
        "document": each.document,
        "problem": problem,
        "received": each.received,
    }


def _note(context: Context, url: str, document: Any, problem: str | None) -> None:
    stored = context.unit.metadata_documents.get(url)
    if stored is None or not stored.put:
        context.unit.metadata_documents.put(MetadataDocument(url, False, document, problem, context.now))


def _receive(context: Context, policy: CIMDPolicy, url: str) -> ClientMetadataURL | None:
    """The record of a URL under a policy, stored now if it is new. None if the policy is gone, or has too many URLs."""
    # AWS unknown: how many client ids that are URLs ListClientMetadataURLs keeps for a policy. Here 1,000; the
    # documents of further ones are fetched each time.
    found = context.unit.client_metadata_urls.get(policy.id, url)
    if found is None and context.unit.cimd_policies.get(policy.id) is not None:
        if context.unit.client_metadata_urls.count(policy.id) >= _MOST_URLS:
            return None
        found = context.unit.client_metadata_urls.receive(ClientMetadataURL(policy.id, url))
    return found


def _drop(context: Context, url: str) -> None:
    for policy in context.unit.cimd_policies.of_all_pools():
        received = context.unit.client_metadata_urls.get(policy.id, url)
        if received:
            invalidate(context, received)


def checked(url: str, document: Any) -> dict[str, Any]:
    """The known members of the document at `url`, with defaults filled in. Raises Unusable if one of them is wrong.

    `document` is parsed JSON. `client_id` must be the URL, character by character; the document must have a redirect
    URI, and no secret or private key.
    """
    # AWS unknown: which members a client ID metadata document (UpdateClientMetadataURLState) must have. Here they are
    # client_id and redirect_uris, each of which must be a URL that an app client could have. Without
    # token_endpoint_auth_method the client is public; RFC 7591's default is client_secret_basic, which AWS rules out.
    if not isinstance(document, dict):
        raise Unusable("the document is not a JSON object")
    if document.get("client_id") != url:
        raise Unusable("client_id is not the URL of the document")
    _check_public(document)
    known = {name: document[name] for name in (*_TEXTS, *_LISTS) if document.get(name) is not None}
    for name in known.keys() & set(_TEXTS):
        if not _is_text(known[name]):
            raise Unusable(f"{name} is not a string")
    for name in known.keys() & set(_LISTS):
        if not _is_list_of_texts(known[name]):
            raise Unusable(f"{name} is not a list of strings")
    _check_redirects(known.get("redirect_uris"))
    return {**_DEFAULTS, **known}


def is_cached(received: ClientMetadataURL, now: float) -> bool:
    """Whether the document of a URL is cached and has not expired at `now` (epoch seconds)."""
    return received.expires is not None and now < received.expires


def cached(context: Context, policy: CIMDPolicy, url: str) -> ClientMetadataURL:
    """The record of a URL with its cached document. Raises CachedCIMDURLDoesNotExistException if none is cached.

    A document that has expired is not cached any more.
    """
    # AWS unknown: the message of CachedCIMDURLDoesNotExistException, and whether UpdateClientMetadataURLState raises it
    # once the cached document has expired. Here it does.
    received = context.unit.client_metadata_urls.get(policy.id, url)
    if received is None or not is_cached(received, context.now):
        raise CachedCIMDURLDoesNotExistException(f"No client metadata document from {url} is cached.")
    return received


def invalidate(context: Context, received: ClientMetadataURL) -> None:
    """Drop the cached document of a URL. The URL stays listed as one that was received."""
    context.unit.client_metadata_urls.change(received, document=None, cached=None, expires=None)


def renew(context: Context, policy: CIMDPolicy, before: ClientMetadataURL, fetched: Fetched) -> None:
    """Cache a fetched document in place of the one in `before`, the record as it was before the fetch.

    Does nothing if another call has changed the record meanwhile.
    """
    if context.unit.client_metadata_urls.get(policy.id, before.url) != before:
        return
    expires = fetched.expiry(context.now, policy.cache_duration)
    context.unit.client_metadata_urls.change(before, document=fetched.document, cached=context.now, expires=expires)


def _check_public(document: Mapping[str, Any]) -> None:
    """Raise Unusable for the document of a client that has a secret or a private key, since these are public."""
    if document.get("token_endpoint_auth_method") not in (None, "none"):
        raise Unusable("token_endpoint_auth_method is not none")
    secrets = [name for name in _SECRETS if name in document]
    if secrets:
        raise Unusable(f"the document has {secrets[0]}")
    key_set = document.get("jwks")
    keys = key_set.get("keys") if isinstance(key_set, dict) else None
    if any(isinstance(key, dict) and _PRIVATE_KEY & key.keys() for key in (keys if isinstance(keys, list) else [])):
        raise Unusable("jwks has a private key")


def _check_redirects(urls: Any) -> None:
    if not urls:
        raise Unusable("the document has no redirect_uris")
    for url in urls:
        try:
            check_redirect(url)
        except InvalidParameterException as fault:
            raise Unusable(f"redirect_uris: {fault.message}") from None


def _is_text(value: Any) -> bool:
    """Whether a value is a string that can be shown: half a surrogate pair cannot, though JSON has a form for it."""
    return isinstance(value, str) and not _HALF_PAIR.search(value)


def _is_list_of_texts(value: Any) -> bool:
    return isinstance(value, list) and all(_is_text(item) for item in value)


def _max_age(cache_control: str) -> int | None:
    """`max-age` of a Cache-Control header (RFC 9111, section 5.2.2.1). None if it has none that can be read."""
    found = _MAX_AGE.search(cache_control)
    return int(found[1] or found[2]) if found else None
