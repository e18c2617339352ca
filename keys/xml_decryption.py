"""XML encryption (W3C "XML Encryption Syntax and Processing 1.1"): elements, decrypted with an RSA key.

The content is encrypted by AES with 128, 192 or 256 bits, in CBC or GCM, or by triple DES, which the standard demands
and pysaml2 always takes; its key by RSA-OAEP or RSA 1.5. CBC is not authenticated: callers have to check a signature
that covers the cipher text or the content, and may not tell a stranger why they refuse a document.
"""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP, AsymmetricPadding, PKCS1v15
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from keys.signing import SigningKey, private_key

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

# AWS unknown: by which algorithms POST /saml2/idpresponse takes encrypted assertions. Here by AES in CBC or GCM or
# triple DES with RSA-OAEP or RSA 1.5.
_XENC, _XENC11 = "http://www.w3.org/2001/04/xmlenc#", "http://www.w3.org/2009/xmlenc11#"
_DIGEST = "{http://www.w3.org/2000/09/xmldsig#}DigestMethod"
_NONCE, _TAG = 12, 16
_TRIPLE_DES = f"{_XENC}tripledes-cbc"
_CONTENT = {
    **{f"{_XENC}aes{bits}-cbc": bits // 8 for bits in (128, 192, 256)},
    **{f"{_XENC11}aes{bits}-gcm": bits // 8 for bits in (128, 192, 256)},
    _TRIPLE_DES: 24,
}
"""Algorithm → the length of its key in bytes."""
_SHA1 = "http://www.w3.org/2000/09/xmldsig#sha1"
_HASHES: dict[str, type[hashes.HashAlgorithm]] = {
    _SHA1: hashes.SHA1,
    f"{_XENC}sha256": hashes.SHA256,
    "http://www.w3.org/2001/04/xmldsig-more#sha384": hashes.SHA384,
    f"{_XENC}sha512": hashes.SHA512,
    f"{_XENC11}mgf1sha1": hashes.SHA1,
    f"{_XENC11}mgf1sha256": hashes.SHA256,
    f"{_XENC11}mgf1sha384": hashes.SHA384,
    f"{_XENC11}mgf1sha512": hashes.SHA512,
}


class Undecryptable(ValueError):
    """The element is not encrypted for this key, or not by an algorithm that is known here."""


def decrypt(encrypted: bytes, key: SigningKey) -> bytes:
    """The content of the one EncryptedData in an element, whose key is in an EncryptedKey beside it or within it.

    Raises Undecryptable.
    """
    from defusedxml.ElementTree import fromstring  # not before it is used: start-up is imports

    try:
        root: Element = fromstring(encrypted, forbid_dtd=True)
        data = list(root.iter(f"{{{_XENC}}}EncryptedData"))
        keys = list(root.iter(f"{{{_XENC}}}EncryptedKey"))
        if len(data) != 1:
            raise Undecryptable(f"there are {len(data)} encrypted elements")
        return _content(data[0], _content_keys(keys, key))
    except (SyntaxError, ValueError, InvalidTag) as problem:
        raise Undecryptable(str(problem) or type(problem).__name__) from None


def _content_keys(encrypted: list[Element], key: SigningKey) -> list[bytes]:
    """The decrypted keys, of which each recipient has one: those that are not for this key are left out."""
    private = private_key(key)
    found = []
    for each in encrypted:
        padding, value = _padding(_method(each)), _value(each)
        try:
            found.append(private.decrypt(value, padding))
        except ValueError:
            continue
    return found


def _padding(method: Element) -> AsymmetricPadding:
    algorithm = method.get("Algorithm", "")
    if algorithm == f"{_XENC}rsa-1_5":
        return PKCS1v15()
    if algorithm not in {f"{_XENC}rsa-oaep-mgf1p", f"{_XENC11}rsa-oaep"}:
        raise Undecryptable(f"the algorithm of the key is {algorithm}")
    mask = method.find(f"{{{_XENC11}}}MGF") if algorithm == f"{_XENC11}rsa-oaep" else None
    return OAEP(MGF1(_hash(mask)), _hash(method.find(_DIGEST)), None)


def _hash(named: Element | None) -> hashes.HashAlgorithm:
    """The hash function that an element names; SHA-1 without one, whose collisions do not matter to OAEP."""
    name = named.get("Algorithm", "") if named is not None else _SHA1
    if name not in _HASHES:
        raise Undecryptable(f"the hash function is {name}")
    return _HASHES[name]()


def _content(data: Element, keys: list[bytes]) -> bytes:
    algorithm, value = _method(data).get("Algorithm", ""), _value(data)
    if algorithm not in _CONTENT:
        raise Undecryptable(f"the algorithm is {algorithm}")
    fitting = [key for key in keys if len(key) == _CONTENT[algorithm]]
    if not fitting:
        raise Undecryptable("it is not encrypted for this key")
    if algorithm.endswith("-gcm"):
        if len(value) < _NONCE + _TAG:
            raise Undecryptable("it is too short")
        return AESGCM(fitting[0]).decrypt(value[:_NONCE], value[_NONCE:], None)
    return _unpadded(value, TripleDES(fitting[0]) if algorithm == _TRIPLE_DES else AES(fitting[0]))


def _unpadded(value: bytes, cipher: AES | TripleDES) -> bytes:
    """Decrypt CBC. The last byte has the length of the padding, whose other bytes may be anything."""
    block = cipher.block_size // 8
    if len(value) < 2 * block or len(value) % block:
        raise Undecryptable("it is not of whole blocks")
    decryptor = Cipher(cipher, CBC(value[:block])).decryptor()
    padded = decryptor.update(value[block:]) + decryptor.finalize()
    if not 1 <= padded[-1] <= block:
        raise Undecryptable("its padding is wrong")
    return padded[: -padded[-1]]


def _method(element: Element) -> Element:
    method = element.find(f"{{{_XENC}}}EncryptionMethod")
    if method is None:
        raise Undecryptable("there is no EncryptionMethod")
    return method


def _value(element: Element) -> bytes:
    text = element.findtext(f"{{{_XENC}}}CipherData/{{{_XENC}}}CipherValue") or ""
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except binascii.Error as problem:
        raise Undecryptable(str(problem)) from None
