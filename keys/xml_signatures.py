"""XML signatures (W3C "XML Signature Syntax and Processing"), made and verified by signxml."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime

from keys.signing import SigningKey

_SIGNATURES = "http://www.w3.org/2000/09/xmldsig#"
_ARMOUR = "-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n"


class NotSigned(ValueError):
    """The document is not XML, or not signed with one of these certificates."""


_SIGNERS = re.compile("(RSA|ECDSA)_SHA(256|384|512)")
"""signxml's names of the accepted signature methods."""


def signed_part(document: bytes, certificates: Iterable[str], now: float) -> bytes:
    """The signed element as XML, verified with one of these certificates (DER in base64).

    Callers must read only this element: the rest of the document may be forged (signature wrapping). Document types are
    refused, and so are signatures by HMAC or DSA and by SHA-1. Raises `NotSigned`.
    """
    from lxml import etree  # with signxml, a twentieth of what the server imports: not before it is used
    from signxml.algorithms import SignatureMethod
    from signxml.exceptions import SignXMLException
    from signxml.verifier import SignatureConfiguration, XMLVerifier

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(document, parser)
    except (etree.XMLSyntaxError, ValueError) as problem:
        raise NotSigned(str(problem)) from None
    if root.getroottree().docinfo.doctype:
        raise NotSigned("it has a document type")
    moment = datetime.fromtimestamp(now, UTC)
    # AWS unknown: whether POST /saml2/idpresponse takes signatures by SHA-1. Here it refuses them, as it refuses an
    # expired certificate of the provider's metadata.
    how = SignatureConfiguration(
        location=".//",
        signature_methods=frozenset(each for each in SignatureMethod if _SIGNERS.fullmatch(each.name)),
        ignore_ambiguous_key_info=True,
        verification_time=moment,
    )
    problems = ["nobody may sign"]
    for certificate in certificates:
        try:
            verified = XMLVerifier().verify(root, x509_cert=_ARMOUR.format(certificate), expect_config=how)
        except (SignXMLException, ValueError, TypeError, etree.LxmlError) as problem:
            problems.append(str(problem))
            continue
        result = verified[0] if isinstance(verified, list) else verified
        if result.signed_xml is None:
            problems.append("it is no element that is signed")
            continue
        part: bytes = etree.tostring(result.signed_xml)
        return part
    raise NotSigned(problems[-1])


def sign(document: bytes, key: SigningKey, certificate: str) -> bytes:
    """A SAML document whose root has an `ID` and an Issuer, signed with RSA-SHA256 (SAML Core, section 5.4).

    The signature follows the Issuer, as the schema says. `certificate` (DER in base64) goes with it.
    """
    from lxml import etree
    from signxml.algorithms import CanonicalizationMethod
    from signxml.signer import XMLSigner

    root = etree.fromstring(document, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    place = etree.Element(f"{{{_SIGNATURES}}}Signature", {"Id": "placeholder"}, {"ds": _SIGNATURES})
    root.insert(1, place)
    signer = XMLSigner(c14n_algorithm=CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0)
    pem = _ARMOUR.format(certificate)
    signed: bytes = etree.tostring(signer.sign(root, key=key.pem, cert=pem, reference_uri=root.get("ID")))
    return signed
