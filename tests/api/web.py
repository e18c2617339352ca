"""Identity providers on the web: their addresses, and the documents that they publish."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from keys import certificates
from keys.signing import SigningKey
from tests.conftest import NOON

ISSUER = "https://corp.example.com"
DISCOVERY = f"{ISSUER}/.well-known/openid-configuration"
ENDPOINTS = {
    "authorize_url": f"{ISSUER}/authorize",
    "token_url": f"{ISSUER}/token",
    "attributes_url": f"{ISSUER}/me",
    "jwks_uri": f"{ISSUER}/jwks",
}
SAML_ISSUER = "https://idp.example.com/entity"


def discovery(**changes: Any) -> dict[str, Any]:
    """The discovery document of the issuer; a value of None leaves a member out."""
    document = {
        "issuer": ISSUER,
        "authorization_endpoint": ENDPOINTS["authorize_url"],
        "token_endpoint": ENDPOINTS["token_url"],
        "userinfo_endpoint": ENDPOINTS["attributes_url"],
        "jwks_uri": ENDPOINTS["jwks_uri"],
        **changes,
    }
    return {name: value for name, value in document.items() if value is not None}


def certificate(key: SigningKey, since: float = NOON) -> str:
    """A certificate of an identity provider, good for ten years."""
    return certificates.self_signed(key, "idp.example.com", datetime.fromtimestamp(since, UTC))


def metadata(*signers: str, sign_out: bool = True, binding: str = "HTTP-Redirect", more: str = "") -> str:
    """A SAML metadata document whose provider signs with the keys of these certificates."""
    keys = "".join(
        f'<md:KeyDescriptor use="signing"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>\n{signer}\n'
        "</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>"
        for signer in signers
    )
    bound = f"urn:oasis:names:tc:SAML:2.0:bindings:{binding}"
    out = f'<md:SingleLogoutService Binding="{bound}" Location="https://idp.example.com/slo"/>' if sign_out else ""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{more}<md:EntityDescriptor entityID="{SAML_ISSUER}" '
        'xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:ds="http://www.w3.org/2000/09/xmldsig#">'
        '<md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">'
        f'{keys}{out}<md:SingleSignOnService Binding="{bound}" Location="https://idp.example.com/sso"/>'
        "</md:IDPSSODescriptor></md:EntityDescriptor>"
    )
