"""OAuth libraries against a real server: authlib and requests-oauthlib, by discovery, with PKCE and a secret."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
import requests
from authlib.common.security import generate_token
from authlib.integrations.requests_client import OAuth2Session
from requests_oauthlib import OAuth2Session as RequestsSession

from tests.builders import PASSWORD
from tests.sdk.conftest import Server, Start

CALLBACK = "https://app.example.com/callback"
SCOPE = "openid email"


class Shop:
    """A pool with Ana, and a client with a secret, on a running server."""

    def __init__(self, server: Server) -> None:
        self.url = server.url
        self.idp = server.client("cognito-idp")
        self.pool = self.idp.create_user_pool(PoolName="shop")["UserPool"]["Id"]
        named = {"UserPoolId": self.pool, "Username": "ana"}
        email = [{"Name": "email", "Value": "ana@example.com"}, {"Name": "email_verified", "Value": "true"}]
        self.idp.admin_create_user(**named, MessageAction="SUPPRESS", UserAttributes=email)
        self.idp.admin_set_user_password(**named, Password=PASSWORD, Permanent=True)
        self.client, self.secret = self.a_client(
            AllowedOAuthFlows=["code"], AllowedOAuthScopes=["openid", "email"], CallbackURLs=[CALLBACK]
        )
        discovery = requests.get(f"{self.url}/{self.pool}/.well-known/openid-configuration", timeout=10)
        self.endpoints: dict[str, Any] = discovery.json()

    def a_client(self, **members: Any) -> tuple[str, str]:
        """A client with a secret; answers its id and the secret."""
        given: dict[str, Any] = {"UserPoolId": self.pool, "ClientName": "web", "GenerateSecret": True}
        given |= {"AllowedOAuthFlowsUserPoolClient": True, **members}
        made = self.idp.create_user_pool_client(**given)["UserPoolClient"]
        return made["ClientId"], made["ClientSecret"]

    def visit(self, url: str) -> str:
        """The URL to which a browser comes back in which Ana signs in. The pages are tested elsewhere."""
        answer = requests.get(url, allow_redirects=False, timeout=10)
        assert answer.headers["Location"].startswith("/login?")
        asked: dict[str, str] = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        names = ("redirect_uri", "scope", "nonce", "code_challenge")
        given: dict[str, str] = {name: asked[name] for name in names if name in asked}
        body = {"pool": self.pool, "client": asked["client_id"], "user": "ana", **given}
        code = requests.post(f"{self.url}/_emulator/codes", json=body, timeout=10).json()["code"]
        return f"{CALLBACK}?code={code}&state={asked['state']}"

    def check_id_token(self, token: str, nonce: str | None = None) -> None:
        """The ID token is signed by a key of the pool, and its claims are right."""
        keys = jwt.PyJWKSet.from_dict(requests.get(self.endpoints["jwks_uri"], timeout=10).json())
        key = keys[jwt.get_unverified_header(token)["kid"]].key
        claims = jwt.decode(token, key, ["RS256"], audience=self.client, issuer=self.endpoints["issuer"])
        assert claims["email"] == "ana@example.com"
        assert claims.get("nonce") == nonce


@pytest.fixture
def shop(start: Start) -> Shop:
    """A running server."""
    return Shop(start("--ephemeral"))


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
def test_authlib_signs_in_refreshes_and_revokes(shop: Shop, method: str) -> None:
    client = OAuth2Session(
        shop.client,
        shop.secret,
        scope=SCOPE,
        redirect_uri=CALLBACK,
        code_challenge_method="S256",
        token_endpoint_auth_method=method,
    )
    verifier, nonce = generate_token(48), generate_token()
    authorization = shop.endpoints["authorization_endpoint"]
    url, state = client.create_authorization_url(authorization, code_verifier=verifier, nonce=nonce)
    endpoint = shop.endpoints["token_endpoint"]
    token = client.fetch_token(endpoint, authorization_response=shop.visit(url), state=state, code_verifier=verifier)
    shop.check_id_token(token["id_token"], nonce)
    told = client.get(shop.endpoints["userinfo_endpoint"]).json()
    assert (told["email"], told["email_verified"]) == ("ana@example.com", "true")
    renewed = client.refresh_token(endpoint)
    shop.check_id_token(renewed["id_token"], nonce)
    revoked = client.revoke_token(shop.endpoints["revocation_endpoint"], token["refresh_token"])
    assert revoked.status_code == 200
    assert client.get(shop.endpoints["userinfo_endpoint"]).status_code == 401


def test_authlib_gets_a_token_for_itself(shop: Shop) -> None:
    scopes = [{"ScopeName": "read", "ScopeDescription": "Reading"}]
    shop.idp.create_resource_server(UserPoolId=shop.pool, Identifier="shop", Name="shop", Scopes=scopes)
    service = shop.a_client(AllowedOAuthFlows=["client_credentials"], AllowedOAuthScopes=["shop/read"])
    client = OAuth2Session(*service, scope="shop/read")
    token = client.fetch_token(shop.endpoints["token_endpoint"], grant_type="client_credentials")
    assert token.keys() >= {"access_token", "expires_in", "token_type"}
    assert "refresh_token" not in token


def test_requests_oauthlib_signs_in_and_refreshes(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    client = RequestsSession(shop.client, redirect_uri=CALLBACK, scope=SCOPE.split(), pkce="S256")
    url, _ = client.authorization_url(shop.endpoints["authorization_endpoint"])
    endpoint = shop.endpoints["token_endpoint"]
    token = client.fetch_token(endpoint, authorization_response=shop.visit(url), client_secret=shop.secret)
    shop.check_id_token(token["id_token"])
    assert client.get(shop.endpoints["userinfo_endpoint"]).json()["username"] == "ana"
    renewed = client.refresh_token(endpoint, auth=(shop.client, shop.secret))
    shop.check_id_token(renewed["id_token"])


def test_a_real_server_answers_with_the_headers_as_they_are(shop: Shop) -> None:
    query = f"client_id={shop.client}&response_type=code&redirect_uri={CALLBACK}&state=%FF%0D%0AX:1"
    answer = requests.get(f"{shop.url}/oauth2/authorize?{query}", allow_redirects=False, timeout=10)
    assert answer.headers["Location"] == f"/login?{query}"
    assert "X" not in answer.headers
