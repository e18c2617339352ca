"""nanoidp, a provider of OpenID Connect and SAML that nobody here wrote, in a process of its own."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

from tests.builders import PASSWORD

_PATIENCE = 60


@contextmanager
def serving(place: Path, client: str, secret: str) -> Iterator[str]:
    """The provider while the context lasts, with one client, and with the user ana. Answers its issuer."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    issuer = f"http://127.0.0.1:{port}"
    of_client = {"client_id": client, "client_secret": secret, "token_endpoint_auth_method": "client_secret_post"}
    settings = {"config_version": 1, "oauth": {"issuer": issuer, "clients": [of_client]}}
    users = {"ana": {"password": PASSWORD, "email": "ana@corp.example", "roles": ["buyer", "admin"]}}
    (place / "settings.yaml").write_text(json.dumps(settings | {"saml": {"export_roles": True}}))  # YAML has JSON in it
    (place / "users.yaml").write_text(json.dumps({"config_version": 1, "users": users}))
    command = [sys.executable, "-m", "nanoidp", "--config", str(place), "--port", str(port)]
    with (place / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=place, stdout=log, stderr=subprocess.STDOUT)
    try:
        _wait(process, f"{issuer}/.well-known/openid-configuration", place / "log")
        yield issuer
    finally:
        process.kill()
        process.wait()


def _wait(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            requests.get(url, timeout=10).raise_for_status()
            return
        except requests.ConnectionError:
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < until, log.read_text()
            time.sleep(0.05)
