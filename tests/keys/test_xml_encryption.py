"""XML encryption, as xmlsec decrypts it."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from typing import Any

import pytest
import xmlsec
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree

from keys import certificates, signing, xml_encryption
from keys.entropy import SeededEntropy
from keys.signing import SigningKey

SINCE = datetime(2027, 1, 15, tzinfo=UTC)


@pytest.fixture(scope="module")
def key() -> SigningKey:
    return signing.generate()


@pytest.mark.parametrize("size", [0, 1, 14, 15, 16, 17, 5_000])
def test_the_owner_of_the_certificate_reads_the_element(key: SigningKey, size: int) -> None:
    element = f'<a xmlns="urn:x" b="ü">{"é" * size}</a>'.encode()
    certificate = certificates.self_signed(key, "sp", SINCE)
    encrypted = xml_encryption.encrypt(element, certificate, SeededEntropy(1))
    assert element not in encrypted
    root: Any = etree.fromstring(b"<r>" + encrypted + b"</r>")
    manager = xmlsec.KeysManager()
    manager.add_key(xmlsec.Key.from_memory(key.pem, xmlsec.constants.KeyDataFormatPem))
    xmlsec.EncryptionContext(manager).decrypt(root[0])
    assert etree.tostring(root[0], method="c14n") == element


def test_a_certificate_may_have_pem_lines(key: SigningKey) -> None:
    certificate = certificates.self_signed(key, "sp", SINCE)
    armoured = f"-----BEGIN CERTIFICATE-----\n{certificate}\n-----END CERTIFICATE-----\n"
    assert xml_encryption.recipient(armoured) == xml_encryption.recipient(certificate) == signing.public_key(key)


def test_what_is_no_certificate_of_an_rsa_key_is_refused() -> None:
    curve = ec.derive_private_key(7, ec.SECP256R1())
    name = x509.Name([])
    made = x509.CertificateBuilder(name, name, curve.public_key(), 1, SINCE, SINCE.replace(year=2030))
    der = made.sign(curve, SHA256()).public_bytes(Encoding.DER)
    for text in ("", "%", "AAAA", base64.b64encode(der).decode()):
        with pytest.raises(xml_encryption.NoRecipient):
            xml_encryption.recipient(text)
