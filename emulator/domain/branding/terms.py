"""Terms documents, whose links a sign-up page shows (AWS: "Terms documents")."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emulator.context import Context
from emulator.domain.pools.urls import check_web_address
from emulator.faults import InvalidParameterException, ResourceNotFoundException, TermsExistsException
from keys import entropy
from storage.records.brandings import Terms
from storage.records.pools import Client, Pool
from storage.violations import UniqueViolation

NAMES = ("terms-of-use", "privacy-policy")
_DEFAULT = "cognito:default"
_LANGUAGES = {
    "de": "german",
    "en": "english",
    "es": "spanish",
    "fr": "french",
    "id": "bahasa-indonesia",
    "it": "italian",
    "ja": "japanese",
    "ko": "korean",
    "nl": "dutch",
    "pt-BR": "portuguese-brazil",
    "zh-CN": "chinese-simplified",
    "zh-TW": "chinese-traditional",
}
"""Language of the pages → its name in the keys of Links."""
_MEMBERS = ("TermsSource", "Enforcement", "Links")


def create(context: Context, client: Client, request: Mapping[str, Any], terms_id: str | None = None) -> Terms:
    """Store and return a new terms document of a client. `request` is CreateTerms's.

    Without `terms_id`, it gets a new id. Raises InvalidParameterException for Links that are missing or invalid,
    TermsExistsException for a name that is taken.
    """
    settings = _settings({}, request)
    terms_id = terms_id or entropy.uuid(context.world.entropy)
    name, now = request["TermsName"], context.now
    try:
        return context.unit.terms.add(Terms(terms_id, client.pool_id, client.id, name, settings, now, now))
    except UniqueViolation:
        raise _exists(name) from None


def change(context: Context, terms: Terms, request: Mapping[str, Any]) -> Terms:
    """Change the members of a terms document that the request has, and return the changed one. Raises as `create`."""
    # AWS unknown: whether UpdateTerms merges Links into the document's or replaces them. Here it replaces them.
    settings, name = _settings(terms.settings, request), request.get("TermsName", terms.name)
    try:
        return context.unit.terms.change(terms, name=name, settings=settings, modified=context.now)
    except UniqueViolation:
        raise _exists(name) from None


def named(context: Context, pool: Pool, terms_id: str) -> Terms:
    """The terms document of a pool with that id. Raises ResourceNotFoundException."""
    return _of(pool, context.unit.terms.get(terms_id), terms_id)


def of_client(context: Context, pool: Pool, client: Client, name: str) -> Terms:
    """The terms document of a client with that name. Raises ResourceNotFoundException."""
    return _of(pool, context.unit.terms.named(client.id, name), f"{name} of client {client.id}")


def links(context: Context, client: Client, language: str | None) -> dict[str, str]:
    """The links of both documents of a client, by name, in a language or else in the default one.

    Empty unless the client has both, since a sign-up page shows them only then.
    """
    found = {}
    for name in NAMES:
        document = context.unit.terms.named(client.id, name)
        urls = document.settings["Links"] if document else {}
        url = urls.get(f"cognito:{_LANGUAGES.get(language or '', '')}", urls.get(_DEFAULT))
        if url:
            found[name] = str(url)
    return found if len(found) == len(NAMES) else {}


def _of(pool: Pool, terms: Terms | None, what: str) -> Terms:
    if terms is None or terms.pool_id != pool.id:
        # AWS unknown: the message of ResourceNotFoundException when DescribeTerms, UpdateTerms, DeleteTerms or
        # DescribeTermsByClient finds no document.
        raise ResourceNotFoundException(f"Terms {what} does not exist.")
    return terms


def _settings(old: Mapping[str, Any], request: Mapping[str, Any]) -> dict[str, Any]:
    settings = {**old} | {name: request[name] for name in _MEMBERS if name in request}
    # AWS unknown: the messages of CreateTerms' and UpdateTerms' errors, and whether they demand Links. Here they do.
    if not settings.get("Links"):
        raise InvalidParameterException("Links must have at least one entry.")
    for url in settings["Links"].values():
        _check_url(url)
    return settings


def _check_url(url: str) -> None:
    """Raise InvalidParameterException if a URL is not one of a web page."""
    # Unlike AWS: CreateTerms and UpdateTerms accept http URLs, as developers' pages have them. AWS accepts https alone.
    check_web_address(url, url)


def _exists(name: str) -> TermsExistsException:
    return TermsExistsException(f"The app client has a document {name} already.")
