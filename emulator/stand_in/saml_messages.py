"""SAML messages as they travel by browsers, and what is read of them (OASIS "Bindings", sections 3.4 and 3.5).

They are read by defusedxml, without document types. Nobody's signature is verified: any service provider is served.
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import quote_plus, urlencode

from msgspec import Struct

from emulator.stand_in.answers import Refused, Send, is_http
from keys import redirect_signatures, xml_encryption
from keys.signing import SigningKey

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

ASSERTION = "{urn:oasis:names:tc:SAML:2.0:assertion}"
PROTOCOL = "{urn:oasis:names:tc:SAML:2.0:protocol}"
POST = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
REDIRECT = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
EMAIL = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"
PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
METADATA = "{urn:oasis:names:tc:SAML:2.0:metadata}"
SIGNATURES = "{http://www.w3.org/2000/09/xmldsig#}"
_ENCRYPTION = (
    f"{PROTOCOL}Extensions/{METADATA}KeyDescriptor[@use='encryption']/{SIGNATURES}KeyInfo"
    f"/{SIGNATURES}X509Data/{SIGNATURES}X509Certificate"
)
_LONGEST = 100_000


class AuthnRequest(Struct, frozen=True):
    """What a service provider asks for. Without an `id`, the sign-in starts here."""

    id: str | None
    issuer: str
    acs: str
    relay_state: str | None = None
    is_forced: bool = False
    is_passive: bool = False
    name_id_format: str = PERSISTENT
    hint: str | None = None
    context_class: str | None = None
    encryption_certificate: str | None = None
    """For whom the assertion is to be encrypted, DER in base64: of a KeyDescriptor in the request's Extensions."""


class Logout(Struct, frozen=True):
    """A LogoutRequest, or the response to one of ours."""

    id: str
    issuer: str
    is_response: bool
    relay_state: str | None = None


def unpacked(binding: str, text: str) -> bytes:
    """The XML of a message. Raises `Refused`."""
    if len(text) > _LONGEST:
        raise Refused("The SAML message is too long.")
    try:
        octets = base64.b64decode("".join(text.split()), validate=True)
        if binding == POST:
            return octets
        inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        document = inflater.decompress(octets, _LONGEST)
    except (ValueError, zlib.error):
        raise Refused("The SAML message is not encoded as its binding says.") from None
    if not inflater.eof:
        raise Refused("The SAML message is too long, or incomplete.")
    return document


def packed(document: bytes) -> str:
    """A message for the redirect binding, base64 of what is deflated."""
    deflater = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return base64.b64encode(deflater.compress(document) + deflater.flush()).decode()


def authn_request(
    document: bytes, relay_state: str | None, sso: str, known_acs: Callable[[str], str | None]
) -> AuthnRequest:
    """Read an AuthnRequest. `known_acs` finds where an issuer was answered before. Raises `Refused`."""
    root, issuer = _read(document, ("AuthnRequest",), sso)
    binding = root.get("ProtocolBinding", POST)
    acs = root.get("AssertionConsumerServiceURL") or known_acs(issuer)
    if binding != POST:
        raise Refused("The AuthnRequest's ProtocolBinding is not HTTP-POST.")
    if acs is None or not is_http(acs):
        raise Refused("The AuthnRequest has no AssertionConsumerServiceURL that is an http(s) URL.")
    policy = root.find(f"{PROTOCOL}NameIDPolicy")
    wanted = policy.get("Format") if policy is not None else None
    return AuthnRequest(
        root.get("ID"),
        issuer,
        acs,
        relay_state,
        is_forced=root.get("ForceAuthn") in ("true", "1"),
        is_passive=root.get("IsPassive") in ("true", "1"),
        name_id_format=EMAIL if wanted == EMAIL else PERSISTENT,
        hint=(root.findtext(f"{ASSERTION}Subject/{ASSERTION}NameID") or "").strip() or None,
        context_class=root.findtext(f"{PROTOCOL}RequestedAuthnContext/{ASSERTION}AuthnContextClassRef"),
        encryption_certificate=_encryption_certificate(root),
    )


def _encryption_certificate(root: Element) -> str | None:
    """The certificate in the Extensions of a request, as metadata have it. Raises `Refused` if it serves nobody."""
    found = root.findtext(_ENCRYPTION)
    if found is None:
        return None
    certificate = "".join(found.split())
    try:
        xml_encryption.recipient(certificate)
    except xml_encryption.NoRecipient as problem:
        raise Refused(f"The AuthnRequest's encryption certificate is none of an RSA key: {problem}.") from None
    return certificate


def logout(document: bytes, relay_state: str | None, slo: str) -> Logout:
    """Read a LogoutRequest or a LogoutResponse. Raises `Refused`."""
    root, issuer = _read(document, ("LogoutRequest", "LogoutResponse"), slo)
    return Logout(root.get("ID", ""), issuer, root.tag == f"{PROTOCOL}LogoutResponse", relay_state)


def _read(document: bytes, names: tuple[str, ...], here: str) -> tuple[Element, str]:
    """The root of a message and its issuer."""
    from defusedxml.common import DefusedXmlException  # not before it is used: start-up is imports
    from defusedxml.ElementTree import fromstring

    try:
        root: Element = fromstring(document, forbid_dtd=True)
    except (SyntaxError, ValueError, LookupError, DefusedXmlException):
        raise Refused("The SAML message is not XML, or has a document type.") from None
    if root.tag not in [f"{PROTOCOL}{name}" for name in names]:
        raise Refused(f"The SAML message is not of the type {' or '.join(names)}.")
    issuer = (root.findtext(f"{ASSERTION}Issuer") or "").strip()
    if root.get("Version") != "2.0" or not root.get("ID") or not issuer:
        raise Refused("The SAML message lacks Version 2.0, an ID or an Issuer.")
    destination = root.get("Destination", here)
    if destination.partition("://")[2].partition("/")[2] != here.partition("://")[2].partition("/")[2]:
        raise Refused("The SAML message has another Destination.")
    return root, issuer


def sent(name: str, document: bytes, url: str, relay_state: str | None) -> Send:
    """A message by the POST binding. `name` is SAMLRequest or SAMLResponse."""
    fields = {name: base64.b64encode(document).decode()}
    return Send(url, fields | ({"RelayState": relay_state} if relay_state is not None else {}))


def redirected(name: str, document: bytes, url: str, relay_state: str | None, key: SigningKey) -> Send:
    """A message by the redirect binding, with the signature in the query."""
    fields = {name: packed(document)}
    if relay_state is not None:
        fields["RelayState"] = relay_state
    fields["SigAlg"] = redirect_signatures.ALGORITHM
    signed = urlencode(fields)  # with `+` for spaces, as most service providers write it anew to verify it
    signature = redirect_signatures.sign(key, signed.encode())
    return Send(f"{url}{'&' if '?' in url else '?'}{signed}&Signature={quote_plus(signature)}")
