"""XML encryption (W3C "XML Encryption Syntax and Processing 1.1"): elements, encrypted for a certificate's owner.

The content is encrypted by AES-256 in GCM under a key of its own, and that key by RSA-OAEP.
"""

from __future__ import annotations

import base64
import binascii

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from keys.entropy import Entropy

_NONCE, _KEY = 12, 32
"""Bytes."""
_DATA = """\
<xenc:EncryptedData xmlns:xenc="http://www.w3.org/2001/04/xmlenc#" Type="http://www.w3.org/2001/04/xmlenc#Element">\
<xenc:EncryptionMethod Algorithm="http://www.w3.org/2009/xmlenc11#aes256-gcm"/>\
<ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><xenc:EncryptedKey>\
<xenc:EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p">\
<ds:DigestMethod Algorithm="http://www.w3.org/2000/09/xmldsig#sha1"/></xenc:EncryptionMethod>\
<xenc:CipherData><xenc:CipherValue>{key}</xenc:CipherValue></xenc:CipherData>\
</xenc:EncryptedKey></ds:KeyInfo>\
<xenc:CipherData><xenc:CipherValue>{content}</xenc:CipherValue></xenc:CipherData>\
</xenc:EncryptedData>"""


class NoRecipient(ValueError):
    """The text is not a certificate of an RSA key, DER in base64."""


def recipient(certificate: str) -> RSAPublicKey:
    """The public key of a certificate, DER in base64, with or without PEM lines. Raises `NoRecipient`."""
    lines = [line for line in certificate.splitlines() if not line.startswith("-----")]
    try:
        der = base64.b64decode("".join("".join(lines).split()), validate=True)
        key = x509.load_der_x509_certificate(der).public_key()
    except (binascii.Error, ValueError) as problem:
        raise NoRecipient(str(problem)) from None
    if not isinstance(key, RSAPublicKey):
        raise NoRecipient("its key is not of RSA")
    return key


def encrypt(element: bytes, certificate: str, entropy: Entropy) -> bytes:
    """An EncryptedData in the place of an element, for the owner of a certificate. Raises `NoRecipient`."""
    public, key, nonce = recipient(certificate), entropy.token_bytes(_KEY), entropy.token_bytes(_NONCE)
    content = nonce + AESGCM(key).encrypt(nonce, element, None)
    oaep = OAEP(MGF1(hashes.SHA1()), hashes.SHA1(), None)  # noqa: S303 - what every service provider reads
    return _DATA.format(
        key=base64.b64encode(public.encrypt(key, oaep)).decode(),
        content=base64.b64encode(content).decode(),
    ).encode()
