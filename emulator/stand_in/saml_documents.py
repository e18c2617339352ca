"""The SAML documents that the stand-in writes: metadata, assertions, responses, and those of the log-out."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from msgspec import Struct

from emulator.stand_in.addresses import Endpoints
from emulator.stand_in.saml_messages import (
    ASSERTION,
    EMAIL,
    METADATA,
    PERSISTENT,
    POST,
    PROTOCOL,
    REDIRECT,
    SIGNATURES,
)

SUCCESS, RESPONDER = ("urn:oasis:names:tc:SAML:2.0:status:" + name for name in ("Success", "Responder"))
AUTHN_FAILED, NO_PASSIVE, INVALID_POLICY = (
    "urn:oasis:names:tc:SAML:2.0:status:" + name for name in ("AuthnFailed", "NoPassive", "InvalidNameIDPolicy")
)
PASSWORD = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"  # noqa: S105  # no secret
_BEARER = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
_BASIC, _URI = ("urn:oasis:names:tc:SAML:2.0:attrname-format:" + name for name in ("basic", "uri"))
_CLAIMS = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/"
_NAMES = {
    "email": f"{_CLAIMS}emailaddress",
    "name": f"{_CLAIMS}name",
    "given_name": f"{_CLAIMS}givenname",
    "family_name": f"{_CLAIMS}surname",
    "phone_number": f"{_CLAIMS}mobilephone",
    "groups": "http://schemas.xmlsoap.org/claims/Group",
}
"""Claim → its usual name as an attribute, which it has beside its own."""
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_PREFIXES = {"saml": ASSERTION, "samlp": PROTOCOL, "md": METADATA, "ds": SIGNATURES}
_SKEW, _GOOD = 60, 300
"""Seconds before and after now at which an assertion is valid."""

for _prefix, _name in _PREFIXES.items():
    ElementTree.register_namespace(_prefix, _name.strip("{}"))


class Head(Struct, frozen=True):
    """What every message begins with."""

    id: str
    issuer: str
    now: float
    destination: str | None = None
    in_response_to: str | None = None


class Statement(Struct, frozen=True):
    """What an assertion states of somebody."""

    name_id: str
    name_id_format: str
    audience: str
    auth_time: float
    session_index: str
    session_seconds: int
    claims: Mapping[str, Any]
    context_class: str | None = None


def metadata(where: Endpoints, certificate: str) -> bytes:
    """The metadata of the provider. `certificate` is DER in base64."""
    root = Element(f"{METADATA}EntityDescriptor", {"entityID": where.issuer})
    idp = SubElement(
        root,
        f"{METADATA}IDPSSODescriptor",
        {"WantAuthnRequestsSigned": "false", "protocolSupportEnumeration": PROTOCOL.strip("{}")},
    )
    key = SubElement(idp, f"{METADATA}KeyDescriptor", {"use": "signing"})
    data = SubElement(SubElement(key, f"{SIGNATURES}KeyInfo"), f"{SIGNATURES}X509Data")
    _text(data, f"{SIGNATURES}X509Certificate", certificate)
    for name, url in (("SingleLogoutService", where.slo), ("SingleSignOnService", where.sso)):
        if name == "SingleSignOnService":
            for name_format in (PERSISTENT, EMAIL):
                _text(idp, f"{METADATA}NameIDFormat", name_format)
        for binding in (REDIRECT, POST):
            SubElement(idp, f"{METADATA}{name}", {"Binding": binding, "Location": url or ""})
    return _written(root)


def response(head: Head, assertion: bytes = b"", status: Iterable[str] = (SUCCESS,), words: str | None = None) -> bytes:
    """A response with a status, and with an assertion if there is one."""
    root = _message("Response", head)
    _status(root, status, words)
    end = b"</samlp:Response>"
    return _written(root).removesuffix(end) + assertion + end


def assertion(head: Head, acs: str, about: Statement) -> bytes:
    """An assertion for the service provider at `acs`."""
    root = Element(f"{ASSERTION}Assertion", {"ID": head.id, "Version": "2.0", "IssueInstant": _moment(head.now)})
    _text(root, f"{ASSERTION}Issuer", head.issuer)
    subject = SubElement(root, f"{ASSERTION}Subject")
    _text(subject, f"{ASSERTION}NameID", about.name_id, Format=about.name_id_format)
    confirmation = SubElement(subject, f"{ASSERTION}SubjectConfirmation", {"Method": _BEARER})
    ends = _moment(head.now + _GOOD)
    data = {"NotOnOrAfter": ends, "Recipient": acs}
    if head.in_response_to:
        data["InResponseTo"] = head.in_response_to
    SubElement(confirmation, f"{ASSERTION}SubjectConfirmationData", data)
    times = {"NotBefore": _moment(head.now - _SKEW), "NotOnOrAfter": ends}
    conditions = SubElement(root, f"{ASSERTION}Conditions", times)
    _text(SubElement(conditions, f"{ASSERTION}AudienceRestriction"), f"{ASSERTION}Audience", about.audience)
    _authentication(root, about)
    _attributes(root, about.claims)
    return _written(root)


def encrypted_assertion(data: bytes) -> bytes:
    """An EncryptedAssertion with that EncryptedData."""
    name = ASSERTION.strip("{}").encode()
    return b'<saml:EncryptedAssertion xmlns:saml="' + name + b'">' + data + b"</saml:EncryptedAssertion>"


def logout_request(head: Head, name_id: str, name_id_format: str, session_index: str) -> bytes:
    """A LogoutRequest."""
    root = _message("LogoutRequest", head)
    root.set("NotOnOrAfter", _moment(head.now + _GOOD))
    _text(root, f"{ASSERTION}NameID", name_id, Format=name_id_format)
    _text(root, f"{PROTOCOL}SessionIndex", session_index)
    return _written(root)


def logout_response(head: Head) -> bytes:
    """A LogoutResponse: it was successful."""
    root = _message("LogoutResponse", head)
    _status(root, [SUCCESS], None)
    return _written(root)


def _message(name: str, head: Head) -> Element:
    root = Element(f"{PROTOCOL}{name}", {"ID": head.id, "Version": "2.0", "IssueInstant": _moment(head.now)})
    if head.destination:
        root.set("Destination", head.destination)
    if head.in_response_to:
        root.set("InResponseTo", head.in_response_to)
    _text(root, f"{ASSERTION}Issuer", head.issuer)
    return root


def _status(root: Element, codes: Iterable[str], words: str | None) -> None:
    status = parent = SubElement(root, f"{PROTOCOL}Status")
    for code in codes:
        parent = SubElement(parent, f"{PROTOCOL}StatusCode", {"Value": code})
    if words:
        _text(status, f"{PROTOCOL}StatusMessage", words)


def _authentication(root: Element, about: Statement) -> None:
    statement = SubElement(
        root,
        f"{ASSERTION}AuthnStatement",
        {
            "AuthnInstant": _moment(about.auth_time),
            "SessionIndex": about.session_index,
            "SessionNotOnOrAfter": _moment(about.auth_time + about.session_seconds),
        },
    )
    context = SubElement(statement, f"{ASSERTION}AuthnContext")
    _text(context, f"{ASSERTION}AuthnContextClassRef", about.context_class or PASSWORD)


def _attributes(root: Element, claims: Mapping[str, Any]) -> None:
    told = {name: _values(value) for name, value in claims.items() if value is not None}
    if not told:
        return
    statement = SubElement(root, f"{ASSERTION}AttributeStatement")
    for name, values in told.items():
        for spelled in filter(None, (name, _NAMES.get(name))):
            kind = _URI if ":" in spelled else _BASIC
            attribute = SubElement(statement, f"{ASSERTION}Attribute", {"Name": _clean(spelled), "NameFormat": kind})
            for value in values:
                _text(attribute, f"{ASSERTION}AttributeValue", value)


def _values(value: Any) -> list[str]:
    """The values of an attribute as text: several of a list, JSON of what is no text."""
    return [
        each if isinstance(each, str) else json.dumps(each) for each in (value if isinstance(value, list) else [value])
    ]


def _text(parent: Element, tag: str, text: str, **attributes: str) -> None:
    SubElement(parent, tag, attributes).text = _clean(text)


def _clean(text: str) -> str:
    """The text without the characters that XML does not have."""
    return _NOT_XML.sub("\ufffd", text)


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(int(seconds), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _written(root: Element) -> bytes:
    found: bytes = ElementTree.tostring(root, encoding="utf-8")
    return found.removeprefix(b"<?xml version='1.0' encoding='utf-8'?>\n")
