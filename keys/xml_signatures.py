"""XML signatures (W3C "XML Signature Syntax and Processing"), verified with known certificates by signxml."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime

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
