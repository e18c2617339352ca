"""OpenID Connect providers that nobody here wrote: oidc-provider, oauth2-mock-server and nanoidp."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

import lxml.html
import pytest

from tests.builders import PASSWORD
from tests.federation.whole import nanoidp, panva
from tests.federation.whole.shop import Person, Shop
from tests.sdk.conftest import Server
from tests.sdk.node_client import NodeClient

CLIENT, SECRET = "cognito", "hush-hush"
ALGORITHMS = ["RS256", "PS512", "ES384"]


@pytest.fixture(scope="module")
def issuer(shared: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The issuer of oidc-provider, with a client for each algorithm by which it signs ID tokens."""
    back = f"{shared.url.replace('127.0.0.1', 'localhost')}/oauth2/idpresponse"
    with panva.serving(
        tmp_path_factory.mktemp("panva") / "log", back, SECRET, {each: each for each in ALGORITHMS}
    ) as at:
        yield at


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_user_of_oidc_provider_signs_in(shop: Shop, ana: Person, issuer: str, algorithm: str) -> None:
    shop.add_oidc(issuer, algorithm, SECRET)
    found = shop.claims(panva.agreed(ana, ana.open(shop.url())))
    [identity] = found["identities"]
    assert identity.pop("dateCreated").isdecimal()
    assert identity == {
        "userId": "ana",
        "providerName": "Corp",
        "providerType": "OIDC",
        "issuer": None,
        "primary": "true",
    }
    assert (found["cognito:username"], found["email"]) == ("Corp_ana", "ana@corp.example")


def test_oidc_provider_knows_the_browser_at_the_next_sign_in(shop: Shop, ana: Person, issuer: str) -> None:
    shop.add_oidc(issuer, "RS256", SECRET, authorize_scopes="openid email profile", attributes_request_method="POST")
    panva.agreed(ana, ana.open(shop.url()))
    ana.browser.cookies.clear(domain="localhost.local")
    assert shop.claims(ana.open(shop.url()))["cognito:username"] == "Corp_ana"
    page = ana.open(shop.url(prompt="login", login_hint="ana"))
    assert (page.form().fields["prompt"], page.form().fields["login"]) == ("login", "ana")


def test_a_refusal_at_oidc_provider_is_told_to_the_application(shop: Shop, ana: Person, issuer: str) -> None:
    shop.add_oidc(issuer, "RS256", SECRET)
    page = ana.open(shop.url())
    [abort] = [
        link.get("href")
        for link in lxml.html.fromstring(page.text).iter("a")
        if link.get("href", "").endswith("/abort")
    ]
    told = shop.returned(ana.open(urljoin(page.at, abort)))
    assert (told["error"], told["error_description"]) == ("access_denied", "End-User aborted interaction")
    assert shop.users() == []


def test_a_wrong_client_secret_is_refused_in_the_words_of_oidc_provider(shop: Shop, ana: Person, issuer: str) -> None:
    shop.add_oidc(issuer, "RS256", "wrong")
    told = shop.returned(panva.agreed(ana, ana.open(shop.url())))
    assert told["error"] == "invalid_request"
    assert told["error_description"].startswith("Corp Error - 401 invalid_client"), told
    assert shop.users() == []


@pytest.fixture(scope="module")
def mock_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NodeClient]:
    """oauth2-mock-server."""
    node = NodeClient("oauth2-mock-server.mjs", tmp_path_factory.mktemp("mock") / "log")
    yield node
    node.stop()


@pytest.fixture(scope="module")
def johns(mock_server: NodeClient) -> str:
    """The issuer of oauth2-mock-server, at which everybody is johndoe."""
    return str(mock_server.call("start"))


def test_a_user_of_oauth2_mock_server_signs_in(shop: Shop, ana: Person, johns: str) -> None:
    shop.add_oidc(johns)
    found = shop.claims(ana.open(shop.url()))
    assert (found["cognito:username"], found["email"]) == ("Corp_johndoe", "john@corp.example")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"iss": "https://other.example"}, "Bad id_token issuer https://other.example"),
        ({"aud": "somebody else"}, "Bad id_token audience"),
        ({"nonce": "another"}, "Bad id_token nonce"),
        ({"exp": 1_700_000_000}, "Bad id_token expiration"),
        ({"sub": ""}, "Bad id_token subject"),
    ],
)
def test_wrong_id_tokens_of_oauth2_mock_server_are_refused(
    shop: Shop, ana: Person, johns: str, mock_server: NodeClient, changes: dict[str, Any], words: str
) -> None:
    shop.add_oidc(johns)
    mock_server.call("sign", changes)
    told = shop.returned(ana.open(shop.url()))
    assert told["error"] == "invalid_request"
    assert told["error_description"].startswith(words), told
    assert shop.users() == []


@pytest.mark.parametrize(
    ("event", "status", "body", "words"),
    [
        ("beforeResponse", 400, {"error": "invalid_grant"}, "Corp Error - 400 invalid_grant"),
        ("beforeUserinfo", 401, {"error": "invalid_token"}, "Corp Error - 401 invalid_token error getting user info"),
    ],
)
def test_errors_of_oauth2_mock_server_are_told(
    shop: Shop, ana: Person, johns: str, mock_server: NodeClient, event: str, status: int, body: object, words: str
) -> None:
    shop.add_oidc(johns)
    mock_server.call("answer", event, status, body)
    told = shop.returned(ana.open(shop.url()))
    assert told["error_description"].startswith(words), told
    assert shop.users() == []


@pytest.fixture(scope="module")
def nano(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The issuer of nanoidp."""
    with nanoidp.serving(tmp_path_factory.mktemp("nanoidp"), CLIENT, SECRET) as issuer:
        yield issuer


def test_a_user_of_nanoidp_signs_in_by_openid_connect(shop: Shop, ana: Person, nano: str) -> None:
    shop.add_oidc(nano)
    page = ana.open(shop.url(login_hint="ana"))
    assert dict(parse_qsl(urlsplit(page.at).query))["login_hint"] == "ana"
    found = shop.claims(ana.submit(page, username="ana", password=PASSWORD))
    assert found["email"] == "ana@corp.example"
    [identity] = found["identities"]
    assert (identity["providerType"], identity["providerName"]) == ("OIDC", "Corp")


def test_a_user_of_nanoidp_signs_in_by_saml(shop: Shop, ana: Person, nano: str) -> None:
    mapping = {"email": "email", "custom:roles": "roles"}
    custom = [{"Name": "roles", "AttributeDataType": "String", "Mutable": True}]
    shop.idp.add_custom_attributes(UserPoolId=shop.pool, CustomAttributes=custom)
    details = {"MetadataURL": f"{nano}/saml/metadata", "RequestSigningAlgorithm": "rsa-sha256"}
    shop.add("Corp", "SAML", details, AttributeMapping=mapping)
    page = ana.submit(ana.open(shop.url()), username="ana", password=PASSWORD)
    assert page.form().action == f"{shop.base}/saml2/idpresponse", page.text
    found = shop.claims(ana.submit(page))
    assert found["email"] == "ana@corp.example"
    user = shop.idp.admin_get_user(UserPoolId=shop.pool, Username=found["cognito:username"])
    assert {"Name": "custom:roles", "Value": "[buyer, admin]"} in user["UserAttributes"]
    [identity] = found["identities"]
    assert (identity["providerType"], identity["issuer"]) == ("SAML", f"{nano}/saml")
    again = ana.submit(page)
    assert (again.status, "Invalid samlResponse or relayState from identity provider" in again.text) == (400, True)
