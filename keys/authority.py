"""A local certificate authority (CA), the server certificates that it issues, and checks of given ones (RFC 5280)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from msgspec import Struct

_CA_DAYS = 3650
_LEAF_DAYS = 824
_EARLIER = timedelta(days=1)
"""Certificates are valid from a day before, for clocks that are slow. A leaf has 825 days in all: Apple's limit."""

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


class InvalidCertificate(ValueError):
    """A certificate or its key cannot be used. The text continues a sentence about its file ("is not …")."""


class Authority(Struct, frozen=True):
    """A CA: its certificate, and the key with which it signs."""

    certificate: x509.Certificate
    key: PrivateKey

    @property
    def pem(self) -> str:
        """The certificate, for those who are to trust it."""
        return self.certificate.public_bytes(Encoding.PEM).decode()

    @property
    def key_pem(self) -> str:
        """The private key."""
        return _key_pem(self.key)


class Leaf(Struct, frozen=True):
    """A server's certificate with its key: PEM, ready for `SSLContext.load_cert_chain`."""

    pem: str
    until: datetime


def create(now: datetime) -> Authority:
    """A new CA, valid for ten years. Its name has a part of its key's digest: trust stores tell several apart."""
    key = ec.generate_private_key(ec.SECP256R1())
    public = key.public_key()
    digest = x509.SubjectKeyIdentifier.from_public_key(public)
    name = _name(f"cognito-emulator local CA {digest.digest.hex()[:8]}")
    builder = x509.CertificateBuilder(name, name, public, x509.random_serial_number())
    builder = builder.not_valid_before(now - _EARLIER).not_valid_after(now + timedelta(days=_CA_DAYS))
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(_usage(signs_certificates=True), critical=True)
    return Authority(builder.add_extension(digest, critical=False).sign(key, SHA256()), key)


def read(certificate_pem: bytes, key_pem: bytes, now: datetime) -> Authority:
    """The CA of a certificate and a key. Raises `InvalidCertificate`."""
    authority = Authority(*_pair(certificate_pem, key_pem, now))
    try:
        is_ca = authority.certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except (x509.ExtensionNotFound, ValueError):
        is_ca = False
    if not is_ca:
        raise InvalidCertificate("is not the certificate of a CA")
    return authority


def issue(authority: Authority, names: Sequence[str], now: datetime) -> Leaf:
    """A certificate for a server of these names and IP addresses, at most 825 days, no longer than the CA's own."""
    key = ec.generate_private_key(ec.SECP256R1())
    ca = authority.certificate
    until = min(now + timedelta(days=_LEAF_DAYS), ca.not_valid_after_utc)
    builder = x509.CertificateBuilder(ca.subject, _name("cognito-emulator"), key.public_key())
    builder = builder.serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(now - _EARLIER).not_valid_after(until)
    for extension, critical in (
        (x509.BasicConstraints(ca=False, path_length=None), True),
        (_usage(signs_certificates=False), True),
        (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False),
        (x509.SubjectAlternativeName([_general(name) for name in names]), False),
        (x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False),
        (_authority_key(authority), False),
    ):
        builder = builder.add_extension(extension, critical)
    signed = builder.sign(authority.key, SHA256())
    return Leaf(f"{_key_pem(key)}{signed.public_bytes(Encoding.PEM).decode()}", until)


def check(certificate_pem: bytes, key_pem: bytes, now: datetime) -> None:
    """Check the certificate of a server and its key. Raises `InvalidCertificate`."""
    _pair(certificate_pem, key_pem, now)


def _pair(certificate_pem: bytes, key_pem: bytes, now: datetime) -> tuple[x509.Certificate, PrivateKey]:
    """The first certificate and the key, which belong together, at a time when the certificate is valid."""
    try:
        certificate = x509.load_pem_x509_certificates(certificate_pem)[0]
        public = certificate.public_key()
    except (ValueError, UnsupportedAlgorithm):
        raise InvalidCertificate("is not a certificate (PEM)") from None
    key = _private(key_pem)
    if _spki(public) != _spki(key.public_key()):
        raise InvalidCertificate("is the certificate of another key")
    if now >= certificate.not_valid_after_utc:
        raise InvalidCertificate(f"is not valid since {certificate.not_valid_after_utc:%Y-%m-%d}")
    if now < certificate.not_valid_before_utc:
        raise InvalidCertificate(f"is not valid until {certificate.not_valid_before_utc:%Y-%m-%d}")
    return certificate, key


def _private(pem: bytes) -> PrivateKey:
    try:
        key = load_pem_private_key(pem, None)
    except TypeError:
        raise InvalidCertificate("cannot be used: its key is encrypted with a password") from None
    except (ValueError, UnsupportedAlgorithm):
        raise InvalidCertificate("cannot be used: its key is not a private key (PEM)") from None
    if not isinstance(key, PrivateKey):
        raise InvalidCertificate("cannot be used: its key is neither RSA nor of an elliptic curve")
    return key


def _spki(public: object) -> bytes:
    if not isinstance(public, rsa.RSAPublicKey | ec.EllipticCurvePublicKey):
        return b""
    return public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _authority_key(authority: Authority) -> x509.AuthorityKeyIdentifier:
    try:
        found = authority.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
    except x509.ExtensionNotFound:
        return x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key())
    return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(found.value)


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _key_pem(key: PrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def moment(seconds: float) -> datetime:
    """The time of certificates: UTC, in whole seconds."""
    return datetime.fromtimestamp(int(seconds), UTC)
