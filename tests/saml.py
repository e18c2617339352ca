"""SAML assertions as an identity provider makes and signs them."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from lxml import etree
from signxml.signer import XMLSigner

from keys.signing import SigningKey
from tests.api.web import SAML_ISSUER, certificate
from tests.conftest import NOON

NAMES = 'xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"'
MAIL = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress"


def moment(seconds: float) -> str:
    """A moment so many seconds from the one at which tests begin."""
    return datetime.fromtimestamp(NOON + seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def assertion(
    pool: str,
    name_id: str = "ana@idp",
    *,
    issuer: str = SAML_ISSUER,
    audience: str = "",
    begins: str = moment(-60),
    ends: str = moment(300),
    id: str = "_1",
    **attributes: str,
) -> str:
    """An assertion that nobody has signed yet."""
    told = "".join(
        f'<saml:Attribute Name="{MAIL if name == "mail" else name}">'
        f"<saml:AttributeValue>{value}</saml:AttributeValue></saml:Attribute>"
        for name, value in attributes.items()
    )
    return (
        f'<saml:Assertion {NAMES} ID="{id}" Version="2.0" IssueInstant="{moment(0)}">'
        f"<saml:Issuer>{issuer}</saml:Issuer>"
        f"<saml:Subject><saml:NameID>{name_id}</saml:NameID></saml:Subject>"
        f'<saml:Conditions NotBefore="{begins}" NotOnOrAfter="{ends}"><saml:AudienceRestriction>'
        f"<saml:Audience>{audience or f'urn:amazon:cognito:sp:{pool}'}</saml:Audience>"
        "</saml:AudienceRestriction></saml:Conditions>"
        f"<saml:AttributeStatement>{told}</saml:AttributeStatement></saml:Assertion>"
    )


def signed(document: str, key: SigningKey, id: str = "_1") -> str:
    """The document, in which the provider signed the element of that id."""
    pem = f"-----BEGIN CERTIFICATE-----\n{certificate(key, NOON - 1000)}\n-----END CERTIFICATE-----\n"
    root: Any = etree.fromstring(document)
    element = root if root.get("ID") == id else root.find(f".//*[@ID='{id}']")
    made = XMLSigner().sign(element, key=key.pem, cert=pem, reference_uri=id)
    if element is root:
        return str(etree.tostring(made).decode())
    element.getparent().replace(element, made)
    return str(etree.tostring(root).decode())


def encoded(document: str) -> str:
    """As it travels."""
    return base64.b64encode(document.encode()).decode()


Change = Callable[[str], str]
