"""XML encryption as identity providers do it, for a certificate of the service provider."""

from __future__ import annotations

import base64
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP, AsymmetricPadding, PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.x509 import load_der_x509_certificate

XENC, XENC11 = "http://www.w3.org/2001/04/xmlenc#", "http://www.w3.org/2009/xmlenc11#"
SHA256 = f"{XENC}sha256"
OAEP_OLD, OAEP_NEW, RSA15 = f"{XENC}rsa-oaep-mgf1p", f"{XENC11}rsa-oaep", f"{XENC}rsa-1_5"
CBC128, CBC192, CBC256 = (f"{XENC}aes{bits}-cbc" for bits in (128, 192, 256))
GCM128, GCM192, GCM256 = (f"{XENC11}aes{bits}-gcm" for bits in (128, 192, 256))
_DSIG = 'xmlns:ds="http://www.w3.org/2000/09/xmldsig#"'


def encrypted(
    assertion: str,
    certificate: str,
    content: str = GCM256,
    key: str = OAEP_OLD,
    *,
    inside: bool = True,
    digest: str | None = None,
) -> str:
    """An EncryptedAssertion for the key of a certificate (DER in base64).

    `inside`: the key is in KeyInfo, and not beside the data. `digest` is OAEP's; with the newer OAEP also of its mask.
    """
    secret = bytes(range(int(content.rpartition("aes")[2][:3]) // 8))
    public: Any = load_der_x509_certificate(base64.b64decode(certificate)).public_key()
    assert isinstance(public, RSAPublicKey)
    wrapped = public.encrypt(secret, _padding(key, digest))
    more = f'<ds:DigestMethod {_DSIG} Algorithm="{digest}"/>' if digest else ""
    more += (
        f'<xenc11:MGF xmlns:xenc11="{XENC11}" Algorithm="{XENC11}mgf1sha256"/>' if digest and key == OAEP_NEW else ""
    )
    sealed_key = (
        f'<xenc:EncryptedKey xmlns:xenc="{XENC}"><xenc:EncryptionMethod Algorithm="{key}">{more}'
        f"</xenc:EncryptionMethod>{_cipher(wrapped)}</xenc:EncryptedKey>"
    )
    info = f"<ds:KeyInfo {_DSIG}>{sealed_key}</ds:KeyInfo>" if inside else ""
    return (
        '<saml:EncryptedAssertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">'
        f'<xenc:EncryptedData xmlns:xenc="{XENC}" Type="{XENC}Element"><xenc:EncryptionMethod Algorithm="{content}"/>'
        f"{info}{_cipher(_content(assertion.encode(), secret, content))}</xenc:EncryptedData>"
        f"{'' if inside else sealed_key}</saml:EncryptedAssertion>"
    )


def _content(text: bytes, secret: bytes, algorithm: str) -> bytes:
    if algorithm.endswith("gcm"):
        return bytes(12) + AESGCM(secret).encrypt(bytes(12), text, None)
    missing = 16 - len(text) % 16
    encryptor = Cipher(AES(secret), CBC(bytes(16))).encryptor()
    padded = text + b"\xaa" * (missing - 1) + bytes([missing])
    return bytes(16) + encryptor.update(padded) + encryptor.finalize()


def _padding(algorithm: str, digest: str | None) -> AsymmetricPadding:
    if algorithm == RSA15:
        return PKCS1v15()
    used: hashes.HashAlgorithm = hashes.SHA256() if digest else hashes.SHA1()
    return OAEP(MGF1(used if algorithm == OAEP_NEW else hashes.SHA1()), used, None)


def _cipher(value: bytes) -> str:
    text = base64.b64encode(value).decode()
    return f"<xenc:CipherData><xenc:CipherValue>\n{text}\n</xenc:CipherValue></xenc:CipherData>"
