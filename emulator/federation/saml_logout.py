"""Single log-out at SAML 2.0 providers, in both directions (OASIS "Profiles for SAML 2.0", section 4.4).

Requests and answers go to the provider by HTTP-Redirect, signed; the provider's come by HTTP-POST.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from emulator.context import Context
from emulator.domain.access import signing_keys
from emulator.domain.providers import saml_assertions
from emulator.domain.providers.saml_assertions import SAML, SAMLP, SKEW, moment
from emulator.federation import saml_documents, saml_messages, saml_refresh, saml_replay
from emulator.federation.saml_documents import Document, InvalidMessage
from storage.records.providers import IdentityProvider

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

REQUEST, RESPONSE = f"{SAMLP}LogoutRequest", f"{SAMLP}LogoutResponse"
_SIGNATURE = ".//{http://www.w3.org/2000/09/xmldsig#}Signature"
_HOUR = 3_600


def is_wanted(provider: IdentityProvider, session: Mapping[str, str]) -> bool:
    """Whether a sign-out here is to sign the user out at the provider too, and can."""
    details = provider.settings["ProviderDetails"]
    if provider.settings["ProviderType"] != "SAML" or details.get("IDPSignout") != "true":
        return False
    return bool(details.get("SLORedirectBindingURI") and session.get("NameID"))


def request(
    context: Context, provider: IdentityProvider, message_id: str, session: Mapping[str, str], relay_state: str
) -> str:
    """The URL of a signed LogoutRequest for a session for which `is_wanted` is true."""
    location = provider.settings["ProviderDetails"]["SLORedirectBindingURI"]
    head = saml_messages.head(message_id, location, context.now)
    message = saml_messages.logout_request(head, saml_assertions.audience(provider.pool_id), session)
    key = signing_keys.saml(context, provider.pool_id)
    return saml_messages.redirect(location, message, "SAMLRequest", relay_state, key)


def response(context: Context, provider: IdentityProvider, request_id: str, relay_state: str | None) -> str | None:
    """The URL of a signed LogoutResponse; None if the provider's metadata name no endpoint for it."""
    location = provider.settings["ProviderDetails"].get("SLORedirectBindingURI")
    if not location:
        return None
    head = saml_messages.head(saml_messages.new_id(context.world.entropy), location, context.now)
    message = saml_messages.logout_response(head, saml_assertions.audience(provider.pool_id), request_id)
    key = signing_keys.saml(context, provider.pool_id)
    return saml_messages.redirect(location, message, "SAMLResponse", relay_state, key)


def check_response(context: Context, provider: IdentityProvider, encoded: str, request_id: str, posted_to: str) -> None:
    """Raise InvalidMessage for what is no LogoutResponse to the request.

    Its status is not looked at, since the session here has ended in any case.
    """
    # AWS unknown: whether POST /saml2/logout demands that a LogoutResponse is signed. Here it need not be, since the
    # session here has ended before, and RelayState is authentic; but a signature that is there has to be valid.
    provider = saml_refresh.current(context, provider)
    with context.unit.released():
        document = saml_documents.read(encoded)
        root = document.root
        if root.find(_SIGNATURE) is not None:
            root = saml_documents.signed(document, provider.settings, context.now)
        if root.tag != RESPONSE or root.get("InResponseTo") != request_id:
            raise InvalidMessage("SAML Response InResponseTo is invalid.", f"it is {root.tag}")
        _check_addresses(root, provider, posted_to)


def issuer(document: Document) -> str:
    """The issuer that a message names, which may be forged."""
    return (document.root.findtext(f"{SAML}Issuer") or "").strip()


def verified_request(context: Context, provider: IdentityProvider, document: Document, posted_to: str) -> Element:
    """The LogoutRequest that the provider signed. Raises InvalidMessage for one that is not valid, or was used before.

    Commits that the request was used.
    """
    provider = saml_refresh.current(context, provider)
    with context.unit.released():
        found = saml_documents.signed(document, provider.settings, context.now)
        if found.tag != REQUEST:
            raise InvalidMessage(saml_documents.BAD_SIGNATURE, f"what is signed is {found.tag}")
        _check_addresses(found, provider, posted_to)
        try:
            issued = moment(found.get("IssueInstant"), 0)
            ends = min(moment(found.get("NotOnOrAfter"), float("inf")), issued + _HOUR)
        except ValueError as problem:
            raise InvalidMessage("SAML logout request has a time that cannot be read.", str(problem)) from None
        if issued > context.now + SKEW or ends <= context.now - SKEW:
            raise InvalidMessage("SAML logout request is expired.")
    if not found.get("ID") or not saml_replay.spend(context, provider, found.get("ID", ""), ends + SKEW):
        raise InvalidMessage("SAML logout request was used before.")
    return found


def is_about(request: Element, session: Mapping[str, str]) -> bool:
    """Whether a LogoutRequest is about the session of a sign-in: by NameID, and by SessionIndex if it names any."""
    name_id = (request.findtext(f"{SAML}NameID") or "").strip()
    indexes = {(each.text or "").strip() for each in request.findall(f"{SAMLP}SessionIndex")}
    if not name_id or session.get("NameID") != name_id:
        return False
    return not indexes or session.get("SessionIndex") in indexes


def _check_addresses(message: Element, provider: IdentityProvider, posted_to: str) -> None:
    """Raise InvalidMessage for a message of another issuer, or to another destination."""
    if (message.findtext(f"{SAML}Issuer") or "").strip() != provider.settings["SamlIssuer"]:
        raise InvalidMessage("SAML issuer is invalid.")
    if message.get("Destination") not in {None, "", posted_to}:
        raise InvalidMessage("SAML destination is invalid.")
