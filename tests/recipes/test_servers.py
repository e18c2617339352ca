"""Clients that run on servers or in terminals: Ada signs in by the form, without JavaScript."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from subprocess import Popen
from typing import Any

import jwt
import pytest
import requests

from tests.recipes.page import CONFIDENTIAL, POOL, Person, Site, blocks, interpreter, running


def test_authlib_signs_in(site: Site, ada: Person, tmp_path: Path) -> None:
    with site.application("app.py", blocks("authlib")[0], tmp_path):
        told = ada.browser.get(ada.sign_in(site.home), timeout=10).json()
    assert (told["email"], told["aud"]) == ("ada@example.com", CONFIDENTIAL)
    assert told["nonce"]


def test_openid_client_signs_in_refreshes_reads_and_revokes(site: Site, ada: Person, tmp_path: Path) -> None:
    with site.application("app.mjs", blocks("openid-client")[0], tmp_path):
        told = ada.browser.get(ada.sign_in(site.home), timeout=10).json()
    assert (told["email"], told["username"]) == ("ada@example.com", "ada")
    events = requests.get(f"{site.server.url}/_emulator/events?limit=3", timeout=10).json()["events"]
    ended = [(each["operation"], each["outcome"]) for each in events]
    assert ended == [(path, "ok") for path in ("POST /oauth2/token", "GET /oauth2/userInfo", "POST /oauth2/revoke")]


def check_next_auth_signs_in(ada: Person, base: str) -> None:
    """Ada signs in at an application whose routes below `base` are those of next-auth."""
    token = ada.browser.get(f"{base}/csrf", timeout=60).json()["csrfToken"]
    begin = ada.browser.post(f"{base}/signin/cognito", {"csrfToken": token}, allow_redirects=False, timeout=60)
    callback = ada.sign_in(begin.headers["Location"])
    assert callback.startswith(f"{base}/callback/cognito?")
    ada.browser.get(callback, allow_redirects=False, timeout=60)
    assert ada.browser.get(f"{base}/session", timeout=60).json()["user"]["email"] == "ada@example.com"


def test_auth_js_signs_in(site: Site, ada: Person, tmp_path: Path) -> None:
    with site.application("app.mjs", blocks("Auth.js")[0], tmp_path):
        check_next_auth_signs_in(ada, f"{site.home}auth")


def test_next_auth_signs_in_in_an_application_of_next_js(site: Site, ada: Person, tmp_path: Path) -> None:
    with site.next_application("app/api/auth/[...nextauth]/route.js", blocks("next-auth")[0], tmp_path):
        check_next_auth_signs_in(ada, f"{site.home}api/auth")


def answered(process: Popen[str], ada: Person) -> str:
    """Do what a program in a terminal asks for: open its URL, and paste where it leads. Answers what it prints then."""
    assert process.stdout is not None
    asked = process.stdout.readline()
    assert asked.startswith("Open http"), asked
    return process.communicate(f"{ada.sign_in(asked.split()[1])}\n", timeout=60)[0].rpartition("? ")[2]


def test_requests_oauthlib_signs_in(site: Site, ada: Person, tmp_path: Path) -> None:
    program = site.write("tool.py", blocks("requests-oauthlib")[0], tmp_path)
    with running([interpreter(program), program], tmp_path) as process:
        assert answered(process, ada) == "ada@example.com\n"


@pytest.fixture
def resource(site: Site) -> Iterator[str]:
    """The URL of an MCP server's metadata (RFC 9728), which names the pool as its authorization server."""

    class Metadata(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = self.path.startswith("/.well-known/oauth-protected-resource")
            document = {"resource": url, "authorization_servers": [f"{site.url}/{POOL}"]}
            self.send_response(200 if found else 404)
            self.end_headers()
            self.wfile.write(json.dumps(document).encode() if found else b"")

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Metadata) as serving:
        url = f"http://localhost:{serving.server_port}/mcp"
        thread = threading.Thread(target=serving.serve_forever)
        thread.start()
        yield url
        serving.shutdown()
        thread.join()


def test_the_mcp_sdk_signs_in_with_the_url_of_its_document_and_refreshes(
    site: Site, ada: Person, resource: str, tmp_path: Path
) -> None:
    policy, client = blocks("MCP clients")
    site.run(policy)
    program = site.write("tool.mjs", client, tmp_path)
    with running([interpreter(program), program], tmp_path, MCP_SERVER=resource) as process:
        printed = answered(process, ada)
    assert printed.split() == ["AUTHORIZED", "AUTHORIZED", "Bearer"], (printed, (tmp_path / "log").read_text())


def test_a_service_gets_a_token(site: Site) -> None:
    site.run(blocks("Services")[0])
    claims = jwt.decode(str(site.defined["token"]), options={"verify_signature": False})
    assert claims["scope"] == "orders/read"
