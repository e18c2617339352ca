"""Validation of SAML 2.0 assertions (OASIS "SAML Core" and "Profiles"; AWS: "Using SAML identity providers")."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from emulator import refusals
from emulator.faults import NotAuthorizedException
from keys import xml_signatures

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

LONGEST = 100_000
"""The most characters of a document in base64 (AWS: "Quotas in Amazon Cognito", SAMLResponse)."""
SKEW = 60
"""Clock skew that is tolerated, in seconds."""
SAML = "{urn:oasis:names:tc:SAML:2.0:assertion}"
SAMLP = "{urn:oasis:names:tc:SAML:2.0:protocol}"
"""The XML namespaces of assertions and of messages."""
RESPONSE = f"{SAMLP}Response"


def audience(pool_id: str) -> str:
    """The entity ID of a pool as a service provider, which assertions name as their audience."""
    return f"urn:amazon:cognito:sp:{pool_id}"


def read(pool_id: str, settings: Mapping[str, Any], encoded: str, now: float, role: str) -> tuple[str, dict[str, str]]:
    """Validate an assertion, or the one in a response, given in base64; return its NameID and its attributes.

    Only the part of the document that the provider's signature covers is read. An attribute with several values becomes
    `[a, b]`. Raises NotAuthorizedException if the assertion is not valid; `role` ("Subject" or "Actor") names the
    request's token in the message.
    """

    def refuse(reason: str) -> NotAuthorizedException:
        return refusals.invalid_exchanged_token(role, reason)

    from defusedxml.ElementTree import fromstring  # not before it is used: start-up is imports

    try:
        part = xml_signatures.signed_part(decoded(encoded), settings["SamlCertificates"], now)
        assertion = signed_assertion(fromstring(part, forbid_dtd=True))
    except (xml_signatures.NotSigned, ValueError, SyntaxError) as problem:
        raise refuse(str(problem)) from None
    if (assertion.findtext(f"{SAML}Issuer") or "").strip() != settings["SamlIssuer"]:
        raise refuse("it is of another issuer")
    wrong = _untimely(assertion, now) or _misdirected(assertion, audience(pool_id))
    if wrong == "expired":
        raise refusals.expired_exchanged_token(role)
    if wrong:
        raise refuse(wrong)
    name_id = (assertion.findtext(f"{SAML}Subject/{SAML}NameID") or "").strip()
    if not name_id:
        raise refuse("it has no NameID")
    return name_id, _attributes(assertion)


def decoded(encoded: str) -> bytes:
    """The document that is given in base64 or base64url. Raises ValueError for what is neither, or is too long."""
    if len(encoded) > LONGEST:
        raise ValueError("it is too long")
    text = "".join(encoded.split()).replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except binascii.Error as problem:
        raise ValueError(str(problem)) from None


def signed_assertion(root: Element) -> Element:
    """The assertion that is signed, or is in the response that is signed. Raises ValueError unless there is one."""
    found = [root] if root.tag == f"{SAML}Assertion" else root.findall(f"{SAML}Assertion")
    if len(found) != 1 or root.tag not in (f"{SAML}Assertion", RESPONSE):
        raise ValueError("there is not one assertion that is signed")
    return found[0]


def _untimely(assertion: Element, now: float) -> str | None:
    """Why the assertion is not valid at `now`, or None. Its conditions and confirmations count, with the clock skew."""
    conditions = assertion.find(f"{SAML}Conditions")
    if conditions is None:
        return "it has no conditions"
    confirmations = assertion.findall(f"{SAML}Subject/{SAML}SubjectConfirmation/{SAML}SubjectConfirmationData")
    try:
        begin, end = validity((conditions, *confirmations))
    except ValueError:
        return "its times cannot be read"
    if begin > now + SKEW:
        return "it is not good yet"
    return "expired" if end <= now - SKEW else None


def validity(elements: Iterable[Element]) -> tuple[float, float]:
    """From when and until when all elements are valid, by NotBefore and NotOnOrAfter; 0 and infinity without limits.

    Epoch seconds. Raises ValueError.
    """
    begins, ends = [0.0], [float("inf")]
    for each in elements:
        begins.append(moment(each.get("NotBefore"), 0))
        ends.append(moment(each.get("NotOnOrAfter"), float("inf")))
    return max(begins), min(ends)


def _misdirected(assertion: Element, us: str) -> str | None:
    """Why the assertion is not for the audience `us`, or None."""
    audiences = assertion.findall(f"{SAML}Conditions/{SAML}AudienceRestriction/{SAML}Audience")
    return None if us in [(each.text or "").strip() for each in audiences] else "it is for another audience"


def moment(text: str | None, otherwise: float) -> float:
    """The time of an xs:dateTime in epoch seconds; `otherwise` where there is none. Raises ValueError."""
    if text is None:
        return otherwise
    found = datetime.fromisoformat(text.strip())
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()


def _attributes(assertion: Element) -> dict[str, str]:
    found = {}
    for attribute in assertion.findall(f"{SAML}AttributeStatement/{SAML}Attribute"):
        values = [(value.text or "").strip() for value in attribute.findall(f"{SAML}AttributeValue")]
        found[attribute.get("Name", "")] = values[0] if len(values) == 1 else f"[{', '.join(values)}]"
    return found
