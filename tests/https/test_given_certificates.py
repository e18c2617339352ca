"""`--certificate` and `--certificate-key`: a certificate that somebody else has issued, or what is wrong with it."""

from __future__ import annotations

import socket
import ssl
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from keys import authority
from tests.certificates import self_signed
from tests.sdk.conftest import Server


def test_a_given_certificate_is_served_and_there_is_no_ca(start: Callable[..., Server], tmp_path: Path) -> None:
    path = str(self_signed(tmp_path))
    data = tmp_path / "data"
    server = start("--data", str(data), "--certificate", path, "--certificate-key", path, "--https-port", "0")
    assert server.process.stdout is not None
    url = server.process.stdout.readline().decode().split()[-1]
    with urlopen(f"{url}/health", context=ssl.create_default_context(cafile=path), timeout=10) as answer:
        assert answer.status == 200
    with pytest.raises(HTTPError, match="404") as missing:
        urlopen(f"{server.url}/_emulator/ca.pem", timeout=10)
    missing.value.close()
    assert not list(data.glob("ca*"))


def told(*flags: str) -> str:
    command = [sys.executable, "-m", "cognito_emulator", "--ephemeral", "--port", "0", "--https-port", "0", *flags]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout) == (1, "")
    assert "Traceback" not in done.stderr
    return done.stderr.splitlines()[-1]  # before it, the log may tell of what a killed server has left


def test_what_is_wrong_with_a_certificate_is_told_at_the_start(tmp_path: Path) -> None:
    good = self_signed(tmp_path)
    ca = authority.create(datetime.now(UTC))
    other, old, coming, locked, gone = (
        tmp_path / f"{name}.pem" for name in ("other", "old", "coming", "locked", "gone")
    )
    other.write_text(authority.issue(ca, ["localhost"], datetime.now(UTC)).pem)
    past = datetime.now(UTC) - timedelta(days=1000)
    expired = authority.issue(ca, ["localhost"], past)
    old.write_text(expired.pem)
    coming.write_text(authority.issue(ca, ["localhost"], datetime.now(UTC) + timedelta(days=20)).pem)
    key = load_pem_private_key(good.read_bytes(), None)
    locked.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"secret")))
    for certificate, private, words in (
        (good, other, f"cannot serve https: {good} is the certificate of another key"),
        (old, old, f"cannot serve https: {old} is not valid since {expired.until:%Y-%m-%d}"),
        (coming, coming, f"cannot serve https: {coming} is not valid until "),
        (gone, good, f"cannot serve https with {gone}: No such file or directory: {gone}"),
        (good, gone, f"cannot serve https with {good}: No such file or directory: {gone}"),
        (good, locked, f"cannot serve https: {good} cannot be used: its key is encrypted with a password"),
        (tmp_path, good, f"cannot serve https with {tmp_path}: Is a directory: {tmp_path}"),
    ):
        text = told("--certificate", str(certificate), "--certificate-key", str(private))
        assert text.startswith(f"cognito-emulator: {words}")


def test_a_port_for_https_that_is_in_use_is_told_with_its_flag(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        text = told("--https", "--https-port", port)
    assert text == (
        f"cognito-emulator: port {port} is in use (another cognito-emulator?); choose another with --https-port"
    )
