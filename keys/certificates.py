"""X.509 certificates (RFC 5280): self-signed ones for our signing keys, and the expiry of other certificates.

`cryptography.x509` is imported for the first certificate: few servers see one.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from datetime import UTC, datetime

from cryptography.hazmat.primitives.hashes import SHA256

from keys.signing import SigningKey, private_key

_YEARS = 10
_LAST = datetime(9999, 12, 31, tzinfo=UTC)


class NoCertificate(ValueError):
    """The text is not a certificate in base64."""


def self_signed(key: SigningKey, name: str, since: datetime) -> str:
    """A self-signed certificate of a key, valid for ten years from `since`: DER in base64, without PEM lines.

    The same key, name and time give the same certificate, so that certificates need not be stored.
    """
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding
    from cryptography.x509.oid import NameOID

    private = private_key(key)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    since = since.replace(microsecond=0)
    digest = hashlib.sha256(f"{key.kid} {name} {since.isoformat()}".encode()).digest()
    builder = x509.CertificateBuilder(subject, subject, private.public_key())
    builder = builder.serial_number((int.from_bytes(digest[:8]) >> 1) + 1)
    certificate = builder.not_valid_before(since).not_valid_after(_ten_years_after(since)).sign(private, SHA256())
    return base64.b64encode(certificate.public_bytes(Encoding.DER)).decode()


def expiry(text: str) -> datetime:
    """The end of validity of a certificate (DER in base64). Raises `NoCertificate`."""
    from cryptography import x509

    try:
        return x509.load_der_x509_certificate(
            base64.b64decode("".join(text.split()), validate=True)
        ).not_valid_after_utc
    except (binascii.Error, ValueError) as problem:
        raise NoCertificate(str(problem)) from None


def _ten_years_after(since: datetime) -> datetime:
    if since.year + _YEARS > _LAST.year:
        return _LAST
    day = 28 if (since.month, since.day) == (2, 29) else since.day
    return since.replace(year=since.year + _YEARS, day=day)
