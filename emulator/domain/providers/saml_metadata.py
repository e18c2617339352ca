"""What a SAML 2.0 identity provider publishes of itself (OASIS "Metadata for SAML 2.0", sections 2.3 and 2.4)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from emulator.faults import InvalidParameterException
from keys import certificates

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_MOST = 1 << 20
"""Characters of a document that are read."""
_LONGEST_CERTIFICATE = 4096
_MD = "{urn:oasis:names:tc:SAML:2.0:metadata}"
_CERTIFICATE = "{http://www.w3.org/2000/09/xmldsig#}X509Certificate"
_REDIRECT = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"


@dataclass(frozen=True, slots=True)
class Metadata:
    """An identity provider: who it says it is, where browsers are sent, and who signs for it.

    `certificates` are DER in base64; any of them may sign.
    """

    entity_id: str
    sign_in_url: str
    sign_out_url: str | None
    certificates: tuple[str, ...]


def read(document: str, now: float) -> Metadata:
    """The one identity provider of a metadata document. Raises InvalidParameterException.

    A document that declares entities, or any document type at all, is not read.
    AWS unknown: the words for SAML metadata without entity id or with certificates that will not do.
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
    if len(document) > _MOST:
        raise InvalidParameterException("Unable to unmarshall metadata", f"longer than {_MOST} characters")
    try:
        root: Element = fromstring(document, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as problem:
        raise InvalidParameterException("Unable to unmarshall metadata", str(problem)) from None
    return root


def _provider(root: Element) -> tuple[Element, str]:
    """The first descriptor of an identity provider, and the id of its entity."""
    for entity in root.iter(f"{_MD}EntityDescriptor"):
        descriptor = entity.find(f"{_MD}IDPSSODescriptor")
        if descriptor is not None and entity.get("entityID"):
            return descriptor, entity.get("entityID", "")
    raise InvalidParameterException("Unable to unmarshall metadata", "no EntityDescriptor of an identity provider")


def _redirect(provider: Element, service: str) -> str | None:
    endpoints = provider.findall(f"{_MD}{service}")
    return next((each.get("Location") for each in endpoints if each.get("Binding") == _REDIRECT), None)


def _signers(provider: Element) -> Iterator[str]:
    """The certificates of the keys that are for signing, or for anything."""
    for key in provider.findall(f"{_MD}KeyDescriptor"):
        if key.get("use", "signing") == "signing":
            for certificate in key.iter(_CERTIFICATE):
                yield "".join((certificate.text or "").split())


def _check(certificate: str, now: datetime) -> None:
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
