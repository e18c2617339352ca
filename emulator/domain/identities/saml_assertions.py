"""SAML 2.0 responses for AWS (IAM: "Configuring SAML assertions"), for identity pools and AssumeRoleWithSAML."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from msgspec import Struct

from emulator.domain.identities.token_problems import Expired, NoKeys, NotAToken, Unverified, WrongIssuer
from emulator.domain.providers import saml_metadata
from emulator.domain.providers.saml_assertions import LONGEST, SAML, SKEW, moment, signed_assertion, validity
from emulator.faults import InvalidParameterException
from keys import xml_signatures

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

ROLES = "https://aws.amazon.com/SAML/Attributes/Role"
"""The attribute with the roles of a user: pairs of a role's and a provider's ARN."""
_AWS = re.compile(r"urn:amazon:webservices|https://([a-z0-9-]+\.)?signin\.aws\.amazon\.com/saml")
"""AWS as an audience and as a recipient."""


class Assertion(Struct, frozen=True):
    """A verified assertion. `name_format` is the format of the NameID, `recipient` the URL that it was sent to."""

    issuer: str
    name_id: str
    name_format: str
    recipient: str
    attributes: Mapping[str, tuple[str, ...]]
    session_ends: float | None = None
    """SessionNotOnOrAfter, in epoch seconds."""

    def roles(self, provider: str) -> list[str]:
        """The ARNs of the roles that the assertion names for a SAML provider, by its ARN."""
        pairs = [[part.strip() for part in pair.split(",")] for pair in self.attributes.get(ROLES, ())]
        return [next(part for part in pair if part != provider) for pair in pairs if _names(pair, provider)]


def _names(pair: list[str], provider: str) -> bool:
    return len(pair) == 2 and provider in pair and pair[0] != pair[1]


def read(metadata: str, encoded: str, now: float) -> Assertion:
    """Verify a response, or an assertion, in base64, by the metadata document of its provider.

    Only the part of the document that the provider's signature covers is read. Slow: the caller has released the
    database connection. Raises a TokenProblem: NoKeys (bad metadata), NotAToken, WrongIssuer, Unverified, Expired.
    """
    from defusedxml.ElementTree import fromstring  # not before it is used: start-up is imports

    try:
        provider = saml_metadata.read(metadata, now)
    except InvalidParameterException as problem:
        raise NoKeys(f"the metadata document: {problem.message}") from None
    try:
        part = xml_signatures.signed_part(_decoded(encoded), provider.certificates, now)
    except xml_signatures.NotSigned as problem:
        raise Unverified(str(problem)) from None
    try:
        assertion = signed_assertion(fromstring(part, forbid_dtd=True))
    except (ValueError, SyntaxError) as problem:
        raise NotAToken(str(problem)) from None
    issuer = (assertion.findtext(f"{SAML}Issuer") or "").strip()
    if issuer != provider.entity_id:
        raise WrongIssuer("it is of another issuer")
    return _checked(assertion, issuer, now)


def _decoded(encoded: str) -> bytes:
    text = "".join(encoded.split())
    if len(text) > LONGEST:
        raise NotAToken("it is too long")
    try:
        return base64.b64decode(text, validate=True)
    except ValueError as problem:
        raise NotAToken(str(problem)) from None


def _checked(assertion: Element, issuer: str, now: float) -> Assertion:
    """The content of an assertion that is timely and for AWS."""
    name = assertion.find(f"{SAML}Subject/{SAML}NameID")
    name_id = "" if name is None else (name.text or "").strip()
    if name is None or not name_id:
        raise NotAToken("it has no NameID")
    confirmations = assertion.findall(f"{SAML}Subject/{SAML}SubjectConfirmation/{SAML}SubjectConfirmationData")
    conditions = assertion.findall(f"{SAML}Conditions")
    _check_times([*conditions, *confirmations], now)
    recipients = [data.get("Recipient", "") for data in confirmations]
    audiences = assertion.findall(f"{SAML}Conditions/{SAML}AudienceRestriction/{SAML}Audience")
    recipient = next((each for each in recipients if _AWS.fullmatch(each)), None)
    if recipient is None:
        raise NotAToken("its recipient is not AWS")
    if audiences and not any(_AWS.fullmatch((each.text or "").strip()) for each in audiences):
        raise NotAToken("it is for another audience")
    ends = _session_ends(assertion)
    return Assertion(issuer, name_id, name.get("Format", ""), recipient, _attributes(assertion), ends)


def _session_ends(assertion: Element) -> float | None:
    statement = assertion.find(f"{SAML}AuthnStatement")
    try:
        ends = moment(None if statement is None else statement.get("SessionNotOnOrAfter"), float("inf"))
    except ValueError:
        raise NotAToken("its times cannot be read") from None
    return None if ends == float("inf") else ends


def _check_times(elements: list[Element], now: float) -> None:
    try:
        begin, end = validity(elements)
    except ValueError:
        raise NotAToken("its times cannot be read") from None
    if begin > now + SKEW:
        raise NotAToken("it is not good yet")
    if end == float("inf"):
        raise NotAToken("it never expires")
    if end <= now - SKEW:
        raise Expired(end)


def _attributes(assertion: Element) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for attribute in assertion.findall(f"{SAML}AttributeStatement/{SAML}Attribute"):
        values = tuple((value.text or "").strip() for value in attribute.findall(f"{SAML}AttributeValue"))
        found[attribute.get("Name", "")] = found.get(attribute.get("Name", ""), ()) + values
    return found
