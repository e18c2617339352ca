"""Single log-out: a sign-out here that ends the session at a SAML provider too, and a sign-out that begins there.

Where the browser goes in the end is decided by `emulator.oauth.logout` alone. While the browser is at the provider,
RelayState has that URL, encrypted and authenticated.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from emulator.context import Context
from emulator.domain.access import signing_keys
from emulator.domain.pools import domains
from emulator.domain.tokens import browser_sessions
from emulator.federation import saml_documents, saml_logout, saml_messages, service_provider
from emulator.federation.saml import INVALID_RESPONSE
from emulator.federation.saml_documents import Document, InvalidMessage
from emulator.login import sealed
from emulator.oauth import logout
from emulator.oauth.errors import InvalidRequest
from emulator.oauth.logout import SignedOut
from keys.vault import Tampered
from storage.records.oauth import BrowserSession
from storage.records.providers import IdentityProvider

PATH = service_provider.LOGOUT
_SECONDS = 900
"""How long the browser may be at the provider."""
_PURPOSE = "RelayState of a sign-out"
_LONGEST_STATE = 4_096
"""Characters of a provider's RelayState, which goes back in a URL. It should have 80 bytes ("Bindings", 3.4.3)."""


def sign_out(context: Context, query: bytes, cookie: str | None) -> SignedOut:
    """As `logout.decide`, except that a browser whose session is of a SAML provider with IDPSignout goes there first.

    The session here ends at once. Raises as `logout.decide`.
    """
    found = _at_provider(context, cookie)
    if found is None:
        return logout.decide(context, query, cookie)
    provider, session = found
    signing_keys.ensure(context, provider.pool_id)  # may release the connection: before anything is written
    decided = logout.decide(context, query, cookie)
    if not decided.ends_session or context.unit.browser_sessions.get(session.digest):
        return decided
    request_id = saml_messages.new_id(context.world.entropy)
    relay_state = _sealed(context, provider, request_id, decided.location)
    location = saml_logout.request(
        context, provider, request_id, browser_sessions.provider_session(session), relay_state
    )
    return SignedOut(location, decided.ends_session)


def answered(context: Context, form: Mapping[str, str]) -> str | None:
    """Where the browser goes after a message that a provider had it post: a LogoutResponse, or a LogoutRequest.

    None after a LogoutRequest of a provider whose metadata name no endpoint for the answer. Raises InvalidRequest, for
    a page.
    """
    try:
        if form.get("SAMLRequest"):
            return _requested(context, form["SAMLRequest"], form.get("RelayState"))
        return _returned(context, form.get("SAMLResponse", ""), form.get("RelayState", ""))
    except InvalidMessage as problem:
        # AWS unknown: what POST /saml2/logout shows for a message that it refuses.
        raise InvalidRequest(INVALID_RESPONSE, f"{problem}{f' ({problem.reason})' if problem.reason else ''}") from None


def _returned(context: Context, encoded: str, relay_state: str) -> str:
    """Where the sign-out was to lead to, from a LogoutResponse. A failure at the provider does not stop it."""
    pool_id, name, request_id, location = _opened(context, relay_state)
    provider = context.unit.providers.named(pool_id, name)
    if provider is not None:
        saml_logout.check_response(context, provider, encoded, request_id, _here(context))
    return location


def _requested(context: Context, encoded: str, relay_state: str | None) -> str | None:
    """End the browser sessions that a LogoutRequest names, and return where its answer goes."""
    # AWS unknown: whether POST /saml2/logout takes a LogoutRequest of a provider, which its documentation does not
    # mention, and what it ends. Here the user's sessions at the login pages, as GET /logout does; tokens stay valid.
    if relay_state and len(relay_state) > _LONGEST_STATE:
        raise InvalidMessage(f"RelayState is longer than {_LONGEST_STATE} characters.")
    with context.unit.released():
        document = saml_documents.read(encoded)
    answer, refusal = None, InvalidMessage("SAML issuer is invalid.")
    is_known = False
    for provider in _senders(context, document):
        try:
            request = saml_logout.verified_request(context, provider, document, _here(context))
        except InvalidMessage as problem:
            refusal = problem
            continue
        is_known = True
        ended = [
            session
            for session in context.unit.browser_sessions.at_provider(provider.pool_id, provider.name)
            if saml_logout.is_about(request, browser_sessions.provider_session(session))
        ]
        _end(context, ended)
        if ended or answer is None:
            answer = saml_logout.response(context, provider, request.get("ID", ""), relay_state)
    if not is_known:
        raise refusal
    return answer


def _senders(context: Context, document: Document) -> list[IdentityProvider]:
    """The SAML providers with the entity ID that a message names: of the domain's pool, or without a domain of all."""
    domain = domains.at_host(context)
    found = context.unit.providers.of(domain.pool_id) if domain else context.unit.providers.of_all_pools()
    sender = saml_logout.issuer(document)
    return [each for each in found if sender and each.settings.get("SamlIssuer") == sender]


def _end(context: Context, sessions: list[BrowserSession]) -> None:
    """End the sessions, and commit, since another provider's metadata may have to be fetched next."""
    for session in sessions:
        browser_sessions.end(context, session)
    if sessions:
        context.about |= {"pool": sessions[0].pool_id}
        context.unit.commit()


def _at_provider(context: Context, cookie: str | None) -> tuple[IdentityProvider, BrowserSession] | None:
    """The browser's session and its provider, if the provider is to be told of the sign-out."""
    session = context.unit.browser_sessions.get(browser_sessions.digest(cookie)) if cookie else None
    if session is None or not browser_sessions.provider_session(session):
        return None
    provider = context.unit.providers.named(session.pool_id, session.provider)
    if provider is None or not saml_logout.is_wanted(provider, browser_sessions.provider_session(session)):
        return None
    return provider, session


def _here(context: Context) -> str:
    return f"{context.origin.base_url}{PATH}"


def _sealed(context: Context, provider: IdentityProvider, request_id: str, location: str) -> str:
    content = [provider.pool_id, provider.name, request_id, location, context.now + _SECONDS]
    return sealed.seal(context, json.dumps(content, separators=(",", ":")).encode(), _PURPOSE)


def _opened(context: Context, relay_state: str) -> tuple[str, str, str, str]:
    """The pool, the provider's name, the request's ID, and the URL to go on to. Raises InvalidMessage."""
    try:
        pool_id, name, request_id, location, expires = json.loads(sealed.unseal(context, relay_state, _PURPOSE))
    except Tampered:
        raise InvalidMessage("RelayState is invalid.") from None
    if expires <= context.now:
        raise InvalidMessage("RelayState is expired.")
    return pool_id, name, request_id, location
