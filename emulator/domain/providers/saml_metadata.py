"""Metadata documents of SAML 2.0 identity providers (OASIS "Metadata for SAML 2.0", sections 2.3 and 2.4)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from emulator.faults import InvalidParameterException
from keys import certificates

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

UNREADABLE = "Unable to unmarshall metadata"
_LONGEST = 1 << 20
"""Characters that a document may have."""
_LONGEST_CERTIFICATE = 4096
_MD = "{urn:oasis:names:tc:SAML:2.0:metadata}"
_CERTIFICATE = "{http://www.w3.org/2000/09/xmldsig#}X509Certificate"
_REDIRECT = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"


@dataclass(frozen=True, slots=True)
class Metadata:
    """An identity provider: its entity ID, its redirect endpoints, and its signing certificates (DER in base64)."""

    entity_id: str
    sign_in_url: str
    sign_out_url: str | None
    certificates: tuple[str, ...]


def read(document: str, now: float) -> Metadata:
    """Parse a metadata document; return its first identity provider. Raises InvalidParameterException.

    A document with a document type declaration is refused.
    """
    provider, entity_id = _provider(_parsed(document))
    sign_in = _redirect(provider, "SingleSignOnService")
    if not sign_in:
        raise InvalidParameterException("No SingleSignOn Http redirect binding location found in metadata.")
    signers = tuple(_signers(provider))
    if not signers:
        raise InvalidParameterException("No signing certificate found in metadata.")
    for certificate in signers:
        _check(certificate, datetime.fromtimestamp(now, UTC))
    return Metadata(entity_id, sign_in, _redirect(provider, "SingleLogoutService"), signers)


def _parsed(document: str) -> Element:
    from defusedxml import DefusedXmlException  # not before it is used: start-up is imports
    from defusedxml.ElementTree import ParseError, fromstring

    if len(document) > _LONGEST:
        raise InvalidParameterException(UNREADABLE, f"longer than {_LONGEST} characters")
    try:
        root: Element = fromstring(document, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as problem:
        raise InvalidParameterException(UNREADABLE, str(problem)) from None
    return root


def _provider(root: Element) -> tuple[Element, str]:
    """The first IDPSSODescriptor, and the entity ID that it belongs to."""
    for entity in root.iter(f"{_MD}EntityDescriptor"):
        descriptor = entity.find(f"{_MD}IDPSSODescriptor")
        if descriptor is not None and entity.get("entityID"):
            return descriptor, entity.get("entityID", "")
    # AWS unknown: the message of CreateIdentityProvider for SAML metadata without an entity ID.
    raise InvalidParameterException(UNREADABLE, "no EntityDescriptor of an identity provider")


def _redirect(provider: Element, service: str) -> str | None:
    endpoints = provider.findall(f"{_MD}{service}")
    return next((each.get("Location") for each in endpoints if each.get("Binding") == _REDIRECT), None)


def _signers(provider: Element) -> Iterator[str]:
    """The certificates of the keys whose `use` is "signing", or that have no `use`."""
    for key in provider.findall(f"{_MD}KeyDescriptor"):
        if key.get("use", "signing") == "signing":
            for certificate in key.iter(_CERTIFICATE):
                yield "".join((certificate.text or "").split())


def _check(certificate: str, now: datetime) -> None:
    # AWS unknown: the messages of CreateIdentityProvider for a certificate in SAML metadata that is too long, that
    # cannot be parsed, or that has expired.
    if len(certificate) > _LONGEST_CERTIFICATE:
        raise InvalidParameterException(
            f"A certificate in the metadata is longer than {_LONGEST_CERTIFICATE} characters."
        )
    try:
        expired = certificates.expiry(certificate) < now
    except certificates.NoCertificate as problem:
        raise InvalidParameterException("A certificate in the metadata cannot be read.", str(problem)) from None
    if expired:
        raise InvalidParameterException("A certificate in the metadata has expired.")
