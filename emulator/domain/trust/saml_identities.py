"""SAML assertions with which AssumeRoleWithSAML is called (AWS: "Configure SAML assertions"): verified, and read."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from emulator.context import Context
from emulator.domain.providers import saml_metadata
from emulator.domain.providers.saml_metadata import Metadata
from emulator.faults import InvalidParameterException
from keys import xml_signatures

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_AUDIENCES = ("https://signin.aws.amazon.com/saml", "urn:amazon:webservices")
_SKEW = 60
_REDEEM_SECONDS = 300
_SAML = "{urn:oasis:names:tc:SAML:2.0:assertion}"
_RESPONSE = "{urn:oasis:names:tc:SAML:2.0:protocol}Response"
_FORMAT = "urn:oasis:names:tc:SAML:2.0:nameid-format:"
_ATTRIBUTES = "https://aws.amazon.com/SAML/Attributes/"
_SESSION_NAME = re.compile(r"[\w+=,.@-]{2,64}", re.ASCII)


class RejectedAssertion(ValueError):
    """An assertion that is not accepted. The text is for the log."""


class ExpiredAssertion(RejectedAssertion):
    """An assertion whose time is over."""


@dataclass(frozen=True, slots=True)
class SamlIdentity:
    """A verified assertion. `roles` are the pairs of a role's and its provider's ARN that it names."""

    subject: str
    subject_type: str
    issuer: str
    audience: str
    """The Recipient."""
    roles: frozenset[tuple[str, str]]
    session_name: str
    keys: Mapping[str, tuple[str, ...]]
    tags: Mapping[str, str]
    transitive: tuple[str, ...]
    source_identity: str | None
    seconds: int | None
    ends: float | None
    """SessionNotOnOrAfter, in epoch seconds."""


def verified(context: Context, provider: str, metadata: str, encoded: str) -> SamlIdentity:
    """The identity of an assertion, or of the one in a response, given in base64. Raises `RejectedAssertion`."""
    try:
        known = saml_metadata.read(metadata, context.now)
    except InvalidParameterException as problem:
        raise RejectedAssertion(f"the metadata of {provider}: {problem.reason or problem.message}") from None
    return _read(provider, known, _signed(known, encoded, context.now), context.now)


def name_qualifier(issuer: str, account: str, provider: str) -> str:
    """`NameQualifier`: with the subject, it identifies a user uniquely."""
    name = provider.rpartition("/")[2]
    return base64.b64encode(hashlib.sha1(f"{issuer}{account}/{name}".encode()).digest()).decode()  # noqa: S324


def _signed(metadata: Metadata, encoded: str, now: float) -> Element:
    """The assertion, in the part of the document that the provider has signed."""
    from defusedxml.ElementTree import fromstring  # not before it is used: start-up is imports

    try:
        document = base64.b64decode("".join(encoded.split()), validate=True)
        root: Element = fromstring(xml_signatures.signed_part(document, metadata.certificates, now), forbid_dtd=True)
    except (binascii.Error, xml_signatures.NotSigned, ValueError, SyntaxError) as problem:
        raise RejectedAssertion(str(problem)) from None
    found = [root] if root.tag == f"{_SAML}Assertion" else root.findall(f"{_SAML}Assertion")
    if len(found) != 1 or root.tag not in (f"{_SAML}Assertion", _RESPONSE):
        raise RejectedAssertion("there is not one assertion that is signed")
    return found[0]


def _read(provider: str, metadata: Metadata, assertion: Element, now: float) -> SamlIdentity:
    issuer = _text(assertion.find(f"{_SAML}Issuer"))
    if issuer != metadata.entity_id:
        raise RejectedAssertion(f"it is of the issuer {issuer!r}")
    confirmation = assertion.find(f"{_SAML}Subject/{_SAML}SubjectConfirmation/{_SAML}SubjectConfirmationData")
    if confirmation is None:
        raise RejectedAssertion("it has no SubjectConfirmationData")
    _check_times(assertion, confirmation, now)
    _check_audience(assertion)
    name_id = assertion.find(f"{_SAML}Subject/{_SAML}NameID")
    if name_id is None or not _text(name_id):
        raise RejectedAssertion("it has no NameID")
    attributes = _attributes(assertion)
    session_name = _one(attributes, "RoleSessionName") or ""
    if not _SESSION_NAME.fullmatch(session_name):
        raise RejectedAssertion("its RoleSessionName is missing or malformed")
    subject_type = name_id.get("Format", "").removeprefix(_FORMAT)
    account = provider.split(":")[4]
    keys = {
        "SAML:aud": confirmation.get("Recipient", ""),
        "SAML:iss": issuer,
        "SAML:sub": _text(name_id),
        "SAML:sub_type": subject_type,
        "SAML:doc": f"{account}/{provider.rpartition('/')[2]}",
        "SAML:namequalifier": name_qualifier(issuer, account, provider),
    }
    return SamlIdentity(
        _text(name_id),
        subject_type,
        issuer,
        confirmation.get("Recipient", ""),
        frozenset(_pair(value) for value in attributes.get(f"{_ATTRIBUTES}Role", ())),
        session_name,
        {name: (value,) for name, value in keys.items() if value},
        {
            name.removeprefix(f"{_ATTRIBUTES}PrincipalTag:"): values[0]
            for name, values in attributes.items()
            if name.startswith(f"{_ATTRIBUTES}PrincipalTag:") and values
        },
        tuple(attributes.get(f"{_ATTRIBUTES}TransitiveTagKeys", ())),
        _one(attributes, "SourceIdentity"),
        _seconds(_one(attributes, "SessionDuration")),
        _ends(assertion, now),
    )


def _check_times(assertion: Element, confirmation: Element, now: float) -> None:
    """Raise `ExpiredAssertion`, or `RejectedAssertion` for an assertion that is not valid yet."""
    conditions = assertion.find(f"{_SAML}Conditions")
    limited = [confirmation] if conditions is None else [conditions, confirmation]
    begins = [_moment(each.get("NotBefore")) for each in limited]
    ends = [_moment(each.get("NotOnOrAfter")) for each in limited]
    issued = _moment(assertion.get("IssueInstant"))
    if any(moment is not None and moment > now + _SKEW for moment in (*begins, issued)):
        raise RejectedAssertion("it is not valid yet")
    if any(moment is not None and moment <= now - _SKEW for moment in ends):
        raise ExpiredAssertion("it has expired")
    if issued is None or issued <= now - _REDEEM_SECONDS:
        raise ExpiredAssertion("it was issued more than five minutes ago")


def _check_audience(assertion: Element) -> None:
    audiences = assertion.findall(f"{_SAML}Conditions/{_SAML}AudienceRestriction/{_SAML}Audience")
    if audiences and not {_text(each) for each in audiences} & set(_AUDIENCES):
        raise RejectedAssertion("it is for another audience")


def _ends(assertion: Element, now: float) -> float | None:
    statement = assertion.find(f"{_SAML}AuthnStatement")
    ends = _moment(statement.get("SessionNotOnOrAfter")) if statement is not None else None
    if ends is not None and ends <= now:
        raise ExpiredAssertion("its session is over")
    return ends


def _moment(text: str | None) -> float | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise RejectedAssertion("one of its times cannot be read") from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _seconds(text: str | None) -> int | None:
    if text is None:
        return None
    if not re.fullmatch("[0-9]{1,6}", text) or not 900 <= int(text) <= 43_200:
        raise RejectedAssertion("its SessionDuration is not from 900 to 43200")
    return int(text)


def _pair(text: str) -> tuple[str, str]:
    """The ARNs of a role and of its provider, which the attribute may have in either order."""
    first, _, second = (part.strip() for part in text.partition(","))
    return (second, first) if ":saml-provider/" in first else (first, second)


def _one(attributes: Mapping[str, list[str]], name: str) -> str | None:
    return next(iter(attributes.get(f"{_ATTRIBUTES}{name}", ())), None)


def _attributes(assertion: Element) -> dict[str, list[str]]:
    return {
        attribute.get("Name", ""): [_text(value) for value in attribute.findall(f"{_SAML}AttributeValue")]
        for attribute in assertion.findall(f"{_SAML}AttributeStatement/{_SAML}Attribute")
    }


def _text(element: Element | None) -> str:
    return ((element.text if element is not None else None) or "").strip()
