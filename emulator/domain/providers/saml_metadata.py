"""Metadata documents of SAML 2.0 identity providers (OASIS "Metadata for SAML 2.0", sections 2.3 and 2.4)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from msgspec import Struct

from emulator.domain.pools.urls import is_web_address
from emulator.domain.providers.saml_assertions import moment
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
_DURATION = re.compile(
    r"P(?=.)((?P<years>\d{1,6})Y)?((?P<months>\d{1,6})M)?((?P<days>\d{1,6})D)?"
    r"(T(?=.)((?P<hours>\d{1,9})H)?((?P<minutes>\d{1,9})M)?((?P<seconds>\d{1,9}(\.\d{1,9})?)S)?)?",
    re.ASCII,
)
_SECONDS = {"years": 31_536_000, "months": 2_592_000, "days": 86_400, "hours": 3_600, "minutes": 60, "seconds": 1}
_REDIRECT = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"


class Metadata(Struct, frozen=True):
    """An identity provider: its entity ID, its redirect endpoints, and its signing certificates (DER in base64).

    `good_until` is the time from which on the document is to be read again, None if the document does not say.
    """

    entity_id: str
    sign_in_url: str
    sign_out_url: str | None
    certificates: tuple[str, ...]
    good_until: float | None = None


def read(document: str, now: float, *, again: bool = False) -> Metadata:
    """Parse a metadata document; return its first identity provider. Raises InvalidParameterException.

    A document with a document type declaration is refused. `again` says that the provider is configured already: then
    certificates that have expired are left out, as long as another one is there.
    """
    root = _parsed(document)
    provider, entity_id = _provider(root)
    sign_in = _redirect(provider, "SingleSignOnService")
    if not sign_in:
        raise InvalidParameterException("No SingleSignOn Http redirect binding location found in metadata.")
    signers = _good(tuple(_signers(provider)), datetime.fromtimestamp(now, UTC), again=again)
    entities = [each for each in root.iter(f"{_MD}EntityDescriptor") if each.get("entityID") == entity_id]
    good_until = _good_until([root, *entities, provider], now)
    return Metadata(entity_id, sign_in, _redirect(provider, "SingleLogoutService"), signers, good_until)


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
    """The first location to which a browser can be redirected."""
    # AWS unknown: what CreateIdentityProvider makes of SAML metadata whose location is no http(s) URL, such as
    # `javascript:`. Here such a location does not count.
    endpoints = [each for each in provider.findall(f"{_MD}{service}") if each.get("Binding") == _REDIRECT]
    locations = (each.get("Location", "").strip() for each in endpoints)
    return next((location for location in locations if is_web_address(location)), None)


def _signers(provider: Element) -> Iterator[str]:
    """The certificates of the keys whose `use` is "signing", or that have no `use`."""
    for key in provider.findall(f"{_MD}KeyDescriptor"):
        if key.get("use", "signing") == "signing":
            for certificate in key.iter(_CERTIFICATE):
                yield "".join((certificate.text or "").split())


def _good(signers: tuple[str, ...], now: datetime, *, again: bool) -> tuple[str, ...]:
    """The certificates that count, at least one. Raises InvalidParameterException."""
    if not signers:
        raise InvalidParameterException("No signing certificate found in metadata.")
    good, refusal = [], None
    for certificate in signers:
        try:
            _check(certificate, now)
        except InvalidParameterException as problem:
            refusal = problem
        else:
            good.append(certificate)
    if refusal and not (again and good):
        raise refusal
    return tuple(good)


def _good_until(elements: Iterable[Element], now: float) -> float | None:
    """The soonest end of `validUntil` and `cacheDuration`; what cannot be read does not count."""
    ends = [end for element in elements for end in _ends(element, now)]
    soonest = min(ends, default=float("inf"))
    return None if soonest == float("inf") else soonest


def _ends(element: Element, now: float) -> Iterator[float]:
    duration = _DURATION.fullmatch((element.get("cacheDuration") or "").strip())
    if duration:
        yield now + sum(float(count) * _SECONDS[unit] for unit, count in duration.groupdict().items() if count)
    try:
        yield moment(element.get("validUntil") or None, float("inf"))
    except ValueError:
        return


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
