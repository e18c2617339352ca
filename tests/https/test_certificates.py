"""Certificates by the local CA: for whom, for how long, and renewed by the real clock."""

from __future__ import annotations

import ssl
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from emulator import certificate_files, data_keys
from emulator.data_errors import DataDirectoryError
from emulator.server import tls
from keys import authority
from tests.certificates import self_signed

NOW = datetime(2027, 1, 15, 8, tzinfo=UTC)
DAY = timedelta(days=1)


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


def shown(context: ssl.SSLContext, name: str | None) -> x509.Certificate:
    """The certificate that a server with this context shows to a client that asks for a name, or for none."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    trusting = ssl.create_default_context()
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    client = trusting.wrap_bio(to_client, to_server, server_hostname=name)
    server = context.wrap_bio(to_server, to_client, server_side=True)
    for _ in range(3):
        for side in (client, server):
            with suppress(ssl.SSLWantReadError):
                side.do_handshake()
    found = client.getpeercert(binary_form=True)
    assert found
    return x509.load_der_x509_certificate(found)


def names(certificate: x509.Certificate) -> list[str]:
    found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return [str(each.value) for each in found]


def test_a_certificate_is_for_the_name_that_is_asked_for_below_localhost_and_for_the_usual_ones_otherwise() -> None:
    context = tls.local(authority.create(NOW), ["localhost", "127.0.0.1"], lambda: NOW)
    for name in (None, "localhost", "127.0.0.1", "evil.example", "localhost.evil.example", "xlocalhost"):
        assert names(shown(context, name)) == ["localhost", "127.0.0.1"]
    assert names(shown(context, "Shop.auth.localhost")) == ["shop.auth.localhost"]


def test_certificates_are_good_for_825_days_and_are_renewed_before_their_end() -> None:
    clock = Clock()
    context = tls.local(authority.create(NOW), ["localhost"], clock)
    for name in (None, "a.localhost"):
        clock.now = NOW
        first = shown(context, name)
        assert first.not_valid_after_utc - first.not_valid_before_utc == 825 * DAY
        clock.now = first.not_valid_after_utc - 2 * DAY
        assert shown(context, name) == first
        clock.now = first.not_valid_after_utc - DAY
        assert shown(context, name).not_valid_after_utc == clock.now + 824 * DAY


def test_a_certificate_does_not_outlive_its_ca() -> None:
    ca = authority.create(NOW)
    late = ca.certificate.not_valid_after_utc - 10 * DAY
    assert authority.issue(ca, ["localhost"], late).until == ca.certificate.not_valid_after_utc


def test_names_that_are_asked_for_do_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tls, "_KEPT", 2)
    context = tls.local(authority.create(NOW), ["localhost"], lambda: NOW)
    first = {name: shown(context, name) for name in ("a.localhost", "b.localhost")}
    assert shown(context, "a.localhost") == first["a.localhost"]
    shown(context, "c.localhost")  # in place of b, which was not asked for the longest
    assert shown(context, "a.localhost") == first["a.localhost"]
    assert shown(context, "b.localhost") != first["b.localhost"]


def test_two_servers_that_start_at_once_get_one_ca(tmp_path: Path) -> None:
    """The key that is there first stays, with its certificate."""
    first, second = (authority.create(NOW) for _ in range(2))
    for made in (first, second):
        data_keys.write_new(tmp_path / "ca-key.pem", f"{made.key_pem}{made.pem}".encode())
    (tmp_path / "ca.pem").write_text(second.pem)
    assert certificate_files.read_or_make(tmp_path, NOW).pem == first.pem == (tmp_path / "ca.pem").read_text()


def test_a_ca_that_somebody_else_made_is_used_as_it_is(tmp_path: Path) -> None:
    given = authority.create(NOW)
    (tmp_path / "ca.pem").write_text(given.pem)
    (tmp_path / "ca-key.pem").write_text(given.key_pem)
    assert certificate_files.read_or_make(tmp_path, NOW).pem == given.pem
    assert (tmp_path / "ca-key.pem").read_text() == given.key_pem


def refused(directory: Path, now: datetime = NOW) -> str:
    with pytest.raises(DataDirectoryError) as error:
        certificate_files.read_or_make(directory, now)
    return str(error.value).replace(str(directory), "DIR")


def test_a_ca_that_cannot_be_used_is_refused_in_words(tmp_path: Path) -> None:
    key, certificate = tmp_path / "ca-key.pem", tmp_path / "ca.pem"
    ca, other = authority.create(NOW), authority.create(NOW)
    certificate.write_text(ca.pem)
    assert refused(tmp_path) == "cannot serve https with DIR/ca-key.pem: DIR/ca.pem is there without it"
    key.write_text(other.key_pem)
    assert refused(tmp_path) == "cannot serve https: DIR/ca-key.pem is the certificate of another key"
    key.write_text(ca.key_pem)
    late = ca.certificate.not_valid_after_utc
    assert refused(tmp_path, late) == f"cannot serve https: DIR/ca-key.pem is not valid since {late:%Y-%m-%d}"
    certificate.unlink()
    assert refused(tmp_path) == "cannot serve https with DIR/ca-key.pem: No such file or directory: DIR/ca.pem"
    key.write_text("nonsense")
    certificate.write_text("nonsense")
    assert refused(tmp_path) == "cannot serve https: DIR/ca-key.pem is not a certificate (PEM)"
    leaf = self_signed(tmp_path).read_bytes()
    key.write_bytes(leaf)
    assert refused(tmp_path, datetime.now(UTC)) == "cannot serve https: DIR/ca-key.pem is not the certificate of a CA"
