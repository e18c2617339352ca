"""Stock OpenID Connect clients accept the stand-in provider of a running server; its state outlives the server."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import jwt
import pytest
import requests
from authlib.integrations.requests_client import OAuth2Session

from tests.sdk.conftest import Server
from tests.sdk.node_client import NodeClient

CALLBACK = "http://localhost:3000/callback"
NOOR = "noor@example.com"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """An ephemeral server."""
    running = Server("--ephemeral", log=tmp_path_factory.mktemp("server") / "server.log")
    yield running
    running.stop()


def sent(url: str, **further: str) -> str:
    """Where the stand-in sends a program without a page."""
    answer = requests.get(url, params=further, allow_redirects=False, timeout=10)
    assert answer.status_code == 302, answer.text
    return answer.headers["Location"]


@pytest.mark.parametrize("name", ["oidc", "google"])
@pytest.mark.parametrize("method", ["client_secret_post", "client_secret_basic"])
def test_authlib_signs_in(server: Server, name: str, method: str) -> None:
    issuer = f"{server.url}/_emulator/idp/{name}"
    found = requests.get(f"{issuer}/.well-known/openid-configuration", timeout=10).json()
    session = OAuth2Session(
        "the client",
        "a: secret+",
        scope="openid email",
        redirect_uri=CALLBACK,
        code_challenge_method="S256",
        token_endpoint_auth_method=method,
    )
    verifier = "v" * 43
    url, state = session.create_authorization_url(
        found["authorization_endpoint"], nonce="n", code_verifier=verifier, login_hint=NOOR
    )
    token = session.fetch_token(
        found["token_endpoint"], authorization_response=sent(url), state=state, code_verifier=verifier
    )
    key = jwt.PyJWKClient(found["jwks_uri"]).get_signing_key_from_jwt(token["id_token"])
    claims = jwt.decode(token["id_token"], key, ["RS256"], audience="the client", issuer=issuer)
    assert (claims["email"], claims["nonce"]) == (NOOR, "n")
    assert session.get(found["userinfo_endpoint"]).json()["sub"] == claims["sub"]


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NodeClient]:
    """openid-client in a Node process."""
    client = NodeClient("openid.mjs", tmp_path_factory.mktemp("node") / "openid.log")
    yield client
    client.stop()


@pytest.mark.parametrize("name", ["oidc", "google"])
@pytest.mark.parametrize("method", ["ClientSecretPost", "ClientSecretBasic"])
def test_openid_client_signs_in(server: Server, node: NodeClient, name: str, method: str) -> None:
    issuer = f"{server.url}/_emulator/idp/{name}"
    assert node.call("discover", issuer, "the client", "a: secret+", method) == issuer
    url = node.call("begin", CALLBACK, {"scope": "openid email profile", "login_hint": NOOR})
    found = node.call("finish", sent(url))
    assert (found["claims"]["email"], found["info"]["name"]) == (NOOR, "Noor Haddad")


def test_people_codes_and_keys_outlive_the_server_and_are_shared_by_workers(tmp_path: Path) -> None:
    def begin() -> tuple[Server, str]:
        server = Server("--data", str(tmp_path / "data"), "--workers", "2", log=tmp_path / "server.log")
        ends.callback(server.stop)
        return server, f"{server.url}/_emulator/idp"

    def keys(idp: str) -> set[str]:
        return {requests.get(f"{idp}/oidc/jwks", timeout=10).text for _ in range(8)}

    with ExitStack() as ends:
        server, idp = begin()
        people = '{"people": [{"provider": "OIDC", "sub": "ana", "claims": {"email": "ana@example.com"}}]}'
        requests.post(f"{idp}/people", people, timeout=10).raise_for_status()
        before = keys(idp)
        assert len(before) == 1
        asked = {"client_id": "c", "redirect_uri": CALLBACK, "response_type": "code", "scope": "openid"}
        code = sent(f"{idp}/oidc/authorize", **asked, login_hint="ana").partition("code=")[2]
        server.stop()
        server, idp = begin()
        assert keys(idp) == before
        body = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK}
        client = {"client_id": "c", "client_secret": "s"}
        answers = [requests.post(f"{idp}/oidc/token", body | client, timeout=10) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [200, 400]


def test_the_example_of_the_documents_signs_in(server: Server) -> None:
    text = (Path(__file__).parents[2] / "docs" / "stand-in-provider.md").read_text(encoding="utf-8")
    example = text.partition("```python\n")[2].partition("```")[0].replace("http://localhost:26464", server.url)
    ran = subprocess.run([sys.executable, "-c", example], capture_output=True, text=True, timeout=60, check=True)
    assert ran.stdout.startswith("http://localhost:3000/callback?code=4%2F0")
