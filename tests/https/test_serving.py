"""Calls over https: the same server, under the names of its certificates, by the scheme that was asked."""

from __future__ import annotations

import json
import os
import signal
import socket
import ssl
import stat
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

import boto3
import pytest

from tests.https.conftest import Begin, Secure
from tests.sdk.place import Place

PREFIX = "shop.auth.us-east-1.localhost"


def document(secure: Secure, path: str, host: str = "localhost") -> Any:
    return json.loads(secure.get(path, host).body)  # type: ignore[attr-defined]


def test_both_listeners_are_one_server_and_issuers_follow_the_scheme_and_host_that_were_asked(shared: Secure) -> None:
    place = Place(shared.server)
    idp = boto3.client(
        "cognito-idp",
        endpoint_url=shared.url,
        verify=str(shared.ca),
        region_name="us-east-1",
        aws_access_key_id="local",
        aws_secret_access_key="local",
    )
    assert idp.describe_user_pool(UserPoolId=place.pool)["UserPool"]["Name"] == "app"
    for host in ("localhost", PREFIX):
        base = f"https://{host}:{shared.port}"
        found = document(shared, f"/{place.pool}/.well-known/openid-configuration", host)
        assert (found["issuer"], found["token_endpoint"]) == (f"{base}/{place.pool}", f"{base}/oauth2/token")
    assert document(shared, f"/{place.pool}/.well-known/jwks.json")["keys"]


@pytest.mark.parametrize(
    "name",
    [
        *["localhost", "127.0.0.1", "::1", socket.gethostname(), PREFIX, "a.localhost", "A.B.localhost"],
        *["cognito.test", "shop.app.test", "10.1.2.3", "fd00::9"],
    ],
)
def test_a_client_that_trusts_the_ca_accepts_each_name_of_the_server(shared: Secure, name: str) -> None:
    with shared.connect(name) as connection:
        assert connection.version() == "TLSv1.3"


@pytest.mark.parametrize("name", ["evil.example", "app.test", "a.b.app.test", "localhost.evil.example", "127.0.0.2"])
def test_no_other_name_is_certified(shared: Secure, name: str) -> None:
    with pytest.raises(ssl.SSLCertVerificationError, match=r"mismatch|not valid for"):
        shared.connect(name)


def test_a_client_that_does_not_trust_the_ca_refuses_the_server(shared: Secure) -> None:
    with pytest.raises(ssl.SSLCertVerificationError, match=r"unable to get local issuer|self-signed"):
        shared.connect(context=ssl.create_default_context())


def test_tls_1_2_is_spoken_and_nothing_older(shared: Secure) -> None:
    context = shared.context()
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    with shared.connect(context=context) as connection:
        assert connection.version() == "TLSv1.2"
    context = shared.context()
    context.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
    with pytest.raises(ssl.SSLError):
        shared.connect(context=context)


def test_no_browser_is_told_to_use_https_ever_after(shared: Secure) -> None:
    answer = shared.get("/health")
    assert answer.status == 200
    assert answer.getheader("Strict-Transport-Security") is None


def test_the_ca_can_be_fetched_and_its_key_cannot(shared: Secure) -> None:
    answer = shared.get("/_emulator/ca.pem")
    assert (answer.status, answer.getheader("Content-Type")) == (200, "application/x-x509-ca-cert")
    text = answer.body.decode()  # type: ignore[attr-defined]
    assert text.startswith("-----BEGIN CERTIFICATE-----\n")
    assert "PRIVATE" not in text
    assert shared.get("/_emulator/ca-key.pem").status == 404


def test_the_ca_is_made_once_and_kept_with_a_key_that_its_owner_alone_reads(secure: Begin, tmp_path: Path) -> None:
    data = tmp_path / "data"
    first = secure("--data", str(data))
    trusted = first.ca.read_bytes()
    assert str((data / "ca.pem").resolve()) in first.server.log.read_text()
    assert first.server.stop() == 0
    assert (data / "ca.pem").read_bytes() == trusted
    modes = {name: stat.S_IMODE((data / name).stat().st_mode) for name in ("", "ca.pem", "ca-key.pem")}
    assert modes == {"": 0o700, "ca.pem": 0o644, "ca-key.pem": 0o600}
    (data / "ca.pem").unlink()  # a copy, which is made again
    again = secure("--data", str(data))
    assert again.ca.read_bytes() == trusted == (data / "ca.pem").read_bytes()
    again.connect().close()


def test_an_ephemeral_server_keeps_no_ca_unless_it_is_given_a_place(
    secure: Begin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary, place = tmp_path / "temporary", tmp_path / "ca"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    made = secure("--ephemeral")
    of_first = made.ca.read_bytes()
    assert made.server.stop() == 0
    assert list(temporary.iterdir()) == []
    kept = secure("--ephemeral", "--ca", str(place))
    trusted = kept.ca.read_bytes()
    assert kept.server.stop() == 0
    assert trusted != of_first
    assert secure("--ephemeral", "--ca", str(place)).ca.read_bytes() == trusted


@pytest.mark.skipif(not hasattr(os, "fork"), reason="workers are forked")
def test_every_worker_serves_with_certificates_by_the_one_ca(secure: Begin) -> None:
    several = secure("--ephemeral", "--workers", "2")
    names = ["localhost", *(f"n{number}.auth.us-east-1.localhost" for number in range(12))]
    connections = [several.connect(name) for name in names]  # kept open: the workers share them out
    for connection in connections:
        connection.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert connection.recv(1000).startswith(b"HTTP/1.1 200 OK")
    assert several.server.stop() == 0
    for connection in connections:
        connection.close()


def test_idle_connections_and_unfinished_handshakes_do_not_keep_the_server_from_stopping(secure: Begin) -> None:
    server = secure("--ephemeral")
    with server.connect() as idle, server.raw():
        idle.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert idle.recv(1000).startswith(b"HTTP/1.1 200 OK")
        assert server.server.stop(signal.SIGTERM) == 0
    assert "ERROR" not in server.server.log.read_text()


def test_a_server_without_https_imports_nothing_for_it() -> None:
    code = "import sys, emulator.serving, emulator.home, emulator.workers.supervisor; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "emulator.server.listeners" in loaded
    assert not {"emulator.https", "emulator.server.tls", "emulator.server.handshakes", "keys.authority"} & {*loaded}


def test_a_dropped_request_gets_no_answer(shared: Secure) -> None:
    body = json.dumps({"operation": "/.well-known/jwks_uri", "drop": True}).encode()
    with urllib.request.urlopen(f"{shared.server.url}/_emulator/faults", body, timeout=10):
        pass
    with shared.connect() as connection:
        connection.sendall(b"GET /.well-known/jwks_uri HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert connection.recv(9) == b""
