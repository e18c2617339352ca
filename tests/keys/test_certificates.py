"""Certificates of signing keys, read back by the library."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

import pytest
from cryptography import x509

from keys import certificates
from keys.signing import SigningKey, generate, public_key

SINCE = datetime(2027, 1, 15, 8, 0, 0, 250_000, tzinfo=UTC)


@pytest.fixture(scope="module")
def key() -> SigningKey:
    return generate()


def read(text: str) -> x509.Certificate:
    return x509.load_der_x509_certificate(base64.b64decode(text, validate=True))


def test_a_certificate_is_of_its_key_and_signed_by_it_for_ten_years(key: SigningKey) -> None:
    made = read(certificates.self_signed(key, "us-east-1_abc", SINCE))
    assert made.public_key() == public_key(key)
    made.verify_directly_issued_by(made)
    assert made.subject.rfc4514_string() == "CN=us-east-1_abc"
    assert made.not_valid_before_utc == datetime(2027, 1, 15, 8, tzinfo=UTC)
    assert made.not_valid_after_utc == datetime(2037, 1, 15, 8, tzinfo=UTC)


def test_the_same_key_name_and_moment_make_the_same_certificate_and_others_another(key: SigningKey) -> None:
    first = certificates.self_signed(key, "pool", SINCE)
    assert certificates.self_signed(key, "pool", SINCE.replace(microsecond=9)) == first
    later = certificates.self_signed(key, "pool", SINCE.replace(year=2028))
    assert read(later).serial_number != read(first).serial_number
    assert read(later).public_key() == read(first).public_key()


@pytest.mark.parametrize(
    ("since", "until"),
    [
        (datetime(2028, 2, 29, tzinfo=UTC), datetime(2038, 2, 28, tzinfo=UTC)),
        (datetime(9995, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)),
    ],
)
def test_ten_years_end_in_the_calendar(key: SigningKey, since: datetime, until: datetime) -> None:
    assert certificates.expiry(certificates.self_signed(key, "pool", since)) == until


def test_white_space_within_a_certificate_does_not_count(key: SigningKey) -> None:
    made = certificates.self_signed(key, "pool", SINCE)
    assert certificates.expiry(f"\n {made[:64]}\r\n\t{made[64:]} \n").year == 2037


@pytest.mark.parametrize("text", ["", "?", "QUJD", "🙂", base64.b64encode(bytes(300)).decode()])
def test_what_is_no_certificate_is_refused(text: str) -> None:
    with pytest.raises(certificates.NoCertificate):
        certificates.expiry(text)
