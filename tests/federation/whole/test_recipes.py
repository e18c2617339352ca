"""The recipes of docs/federation.md, federation-oidc.md and federation-saml.md: run, and then signed in by."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests

from keys import certificates, signing
from tests.builders import PASSWORD, claims
from tests.federation.whole import panva
from tests.federation.whole.entra import ATTRIBUTES, ISSUER, SIGN_ON, metadata
from tests.federation.whole.shop import Person, Shop
from tests.federation.whole.stand_ins import NOOR
from tests.sdk.conftest import Server
from tests.sdk.node_client import NodeClient

DOCS = Path(__file__).resolve().parents[3] / "docs"
BLOCK = re.compile(r"^```python\n(.*?)^```", re.DOTALL | re.MULTILINE)
KEYCLOAK = "http://localhost:8080/realms/example"


def ran(page: str, shop_server: Server, replaced: dict[str, str] | None = None) -> dict[str, Any]:
    """The names that the blocks of a page define, run with the port of a server."""
    code = "\n".join(BLOCK.findall((DOCS / page).read_text(encoding="utf-8")))
    for old, new in {"http://localhost:26464": local(shop_server), **(replaced or {})}.items():
        assert old in code
        code = code.replace(old, new)
    names: dict[str, Any] = {}
    exec(compile(code, page, "exec"), names)
    return names


def local(server: Server) -> str:
    """The URL of a server, as the pages have it."""
    return server.url.replace("127.0.0.1", "localhost")


@pytest.fixture(scope="module")
def keycloak(shared: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The issuer of a provider in Keycloak's place, which has the client of its recipe."""
    back = f"{local(shared)}/oauth2/idpresponse"
    log = tmp_path_factory.mktemp("panva") / "log"
    with panva.serving(log, back, "its secret", {"cognito": "RS256"}) as issuer:
        yield issuer


@pytest.fixture(scope="module")
def oidc(shared: Server, keycloak: str) -> Shop:
    """The application of docs/federation-oidc.md."""
    names = ran("federation-oidc.md", shared, {KEYCLOAK: keycloak})
    shop = Shop(shared, pool=names["POOL"])
    corp = Shop(shared, pool=names["CORP"])
    corp.add_user("ana", PASSWORD, email="ana@corp.example")
    shop.client, _ = shop.an_app(shop.callback, ["Google", "SignInWithApple", "Keycloak", "Corp"])
    return shop


def attributes(shop: Shop, username: str) -> dict[str, str]:
    """The attributes of a user."""
    found = shop.idp.admin_get_user(UserPoolId=shop.pool, Username=username)["UserAttributes"]
    return {each["Name"]: each["Value"] for each in found}


def test_google(oidc: Shop, ana: Person) -> None:
    found = oidc.claims(ana.open(oidc.url("Google", login_hint=NOOR)))
    known = attributes(oidc, found["cognito:username"])
    assert (known["name"], known["email"], known["email_verified"]) == ("Noor Haddad", NOOR, "true")


def test_apple(oidc: Shop, ana: Person) -> None:
    found = oidc.claims(ana.submit(ana.open(oidc.url("SignInWithApple", login_hint=NOOR))))
    known = attributes(oidc, found["cognito:username"])
    assert (known["given_name"], known["family_name"], known["email"]) == ("Noor", "Haddad", NOOR)


def test_keycloak(oidc: Shop, ana: Person) -> None:
    found = oidc.claims(panva.agreed(ana, ana.open(oidc.url("Keycloak"))))
    assert attributes(oidc, found["cognito:username"])["name"] == "ana of Corp"
    assert found["cognito:username"] == "Keycloak_ana"


def test_another_pool(oidc: Shop, ana: Person) -> None:
    page = ana.open(oidc.url("Corp"))
    assert oidc.claims(ana.submit(page, username="ana", password=PASSWORD))["email"] == "ana@corp.example"


@pytest.fixture(scope="module")
def shops(shared: Server) -> dict[str, Any]:
    """The names that docs/federation.md defines."""
    return ran("federation.md", shared)


def test_a_company_and_its_shop(shared: Server, shops: dict[str, Any], ana: Person) -> None:
    company, shop = (Shop(shared, pool=shops[name]) for name in ("company", "shop"))
    company.add_user("ana", PASSWORD, email="ana@company.example")
    shop.client, shop.callback = shops["client"], "http://localhost:3000/callback"
    page = ana.open(shop.url(None))
    found = shop.claims(ana.submit(page, username="ana", password=PASSWORD))
    assert (found["email"], found["identities"][0]["providerName"]) == ("ana@company.example", "Company")


def test_the_stand_in_without_a_browser(shared: Server, shops: dict[str, Any]) -> None:
    form = {"grant_type": "authorization_code", "client_id": shops["app"], "code": shops["code"]}
    form |= {"redirect_uri": "http://localhost:3000/callback"}
    tokens = requests.post(f"{shared.url}/oauth2/token", form, timeout=10).json()
    assert claims(tokens["id_token"])["email"] == NOOR


@contextmanager
def published(document: str) -> Iterator[str]:
    """The URL of a document, while the context lasts."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            """Answer the document."""
            self.send_response(200)
            self.end_headers()
            self.wfile.write(document.encode())

        def log_message(self, *_: object) -> None:
            """Be quiet."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def saml(shared: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Shop, NodeClient]]:
    """The application of docs/federation-saml.md, and samlify, which answers as Microsoft Entra ID does."""
    key = signing.generate()
    certificate = certificates.self_signed(key, "Azure SSO", datetime(2020, 1, 1, tzinfo=UTC))
    node = NodeClient("samlify-idp.mjs", tmp_path_factory.mktemp("samlify") / "log")
    pool = "us-east-1_Example02"
    idp = shared.client("cognito-idp")
    idp.create_user_pool(PoolName="saml", UserPoolTags={"cognito-emulator:id": pool})
    [url] = re.findall('https://login.microsoftonline.com/<[^"]*', (DOCS / "federation-saml.md").read_text())
    with published(metadata(certificate)) as at:
        ran("federation-saml.md", shared, {url: at})
    names = [f"http://schemas.{name}" for name in ATTRIBUTES]
    signing_settings = {"wantAuthnRequestsSigned": True}
    node.call("start", ISSUER, key.pem.decode(), certificate, names, signing_settings)
    shop = Shop(shared, pool=pool)
    node.call("meet", requests.get(f"{shop.base}/_emulator/saml/{pool}/metadata", timeout=10).text, {})
    shop.client, _ = shop.an_app(shop.callback, ["Corp", "StandIn"])
    yield shop, node
    node.stop()


def test_entra_id(saml: tuple[Shop, NodeClient], ana: Person) -> None:
    shop, node = saml
    sent = ana.open(shop.url(None, idp_identifier="corp.example.com")).at
    assert sent.startswith(f"{SIGN_ON}?SAMLRequest="), sent
    told = {f"http://schemas.{name}": value for name, value in ATTRIBUTES.items()}
    answer = node.call("signIn", sent, {"id": "kX1-AbC", "sessionIndex": "_1", "claims": told}, {})
    form = {"SAMLResponse": answer["SAMLResponse"], "RelayState": dict(parse_qsl(urlsplit(sent).query))["RelayState"]}
    found = shop.claims(ana.post(f"{shop.base}/saml2/idpresponse", form))
    known = attributes(shop, found["cognito:username"])
    assert found["cognito:username"] == "Corp_kX1-AbC"
    assert (known["email"], known["given_name"], known["family_name"]) == ("ana@corp.example", "Ana", "Example")


def test_the_saml_stand_in(saml: tuple[Shop, NodeClient], ana: Person) -> None:
    shop, _ = saml
    page = ana.open(shop.url("StandIn", login_hint=NOOR))
    assert shop.claims(ana.submit(page))["email"] == NOOR
