"""Clients that no test can run here: the requests that they send, written down.

Written by hand, after documentation, not recorded from running programs. Spring Security's have the defaults of its
OAuth2 client: a percent-encoded Basic header, a `charset` in the content type. A load balancer's are those of
`authenticate-cognito`; where its documentation does not say how it sends its secret, the form has it.
"""

from __future__ import annotations

import base64
from urllib.parse import parse_qs, quote, urlsplit

import jwt
import requests

from tests.recipes.page import CONFIDENTIAL, POOL, SECRET, Person, Site


def test_spring_security_signs_in(site: Site, ada: Person) -> None:
    told = requests.get(f"{site.url}/{POOL}/.well-known/openid-configuration", timeout=10).json()
    assert told["issuer"] == f"{site.url}/{POOL}"
    state, nonce = "cGvCwEVtF9eLVpZzIwkZ5lYAYKT8Jv6cbkp0WDBtZaI=", "0vZKqz_JX5uRYXWdQ0KxqhYw9M6-2rWvYx9ZrYwBwQY"
    redirect = f"{site.home}callback"
    query = f"response_type=code&client_id={CONFIDENTIAL}&scope=openid%20email&state={quote(state)}"
    callback = ada.sign_in(f"{told['authorization_endpoint']}?{query}&redirect_uri={redirect}&nonce={nonce}")
    answered = parse_qs(urlsplit(callback).query)
    assert answered["state"] == [state]
    basic = base64.b64encode(f"{quote(CONFIDENTIAL)}:{quote(SECRET)}".encode()).decode()
    tokens = requests.post(
        told["token_endpoint"],
        data={"grant_type": "authorization_code", "code": answered["code"][0], "redirect_uri": redirect},
        headers={
            "Accept": "application/json;charset=UTF-8",
            "Content-Type": "application/x-www-form-urlencoded;charset=UTF-8",
            "Authorization": f"Basic {basic}",
        },
        timeout=10,
    ).json()
    assert tokens["token_type"] == "Bearer"
    claims = jwt.decode(tokens["id_token"], options={"verify_signature": False})
    assert (claims["nonce"], claims["iss"]) == (nonce, told["issuer"])
    bearer = {"Accept": "application/json", "Authorization": f"Bearer {tokens['access_token']}"}
    assert requests.get(told["userinfo_endpoint"], headers=bearer, timeout=10).json()["username"] == "ada"


def test_a_load_balancer_signs_in(site: Site, ada: Person) -> None:
    idp = site.server.client("cognito-idp")
    callback = "https://shop.example.com/oauth2/idpresponse"
    client = idp.create_user_pool_client(
        UserPoolId=POOL,
        ClientName="balancer",
        GenerateSecret=True,
        AllowedOAuthFlowsUserPoolClient=True,
        AllowedOAuthFlows=["code"],
        AllowedOAuthScopes=["openid"],
        CallbackURLs=[callback],
        SupportedIdentityProviders=["COGNITO"],
    )["UserPoolClient"]
    state = base64.b64encode(bytes(range(256)) * 2).decode()
    query = f"client_id={client['ClientId']}&redirect_uri={quote(callback, safe='')}&response_type=code&scope=openid"
    location = ada.sign_in(f"{site.url}/oauth2/authorize?{query}&state={quote(state, safe='')}")
    assert location.startswith(f"{callback}?")
    answered = parse_qs(urlsplit(location).query)
    assert answered["state"] == [state]
    form = {
        "grant_type": "authorization_code",
        "code": answered["code"][0],
        "client_id": client["ClientId"],
        "client_secret": client["ClientSecret"],
        "redirect_uri": callback,
    }
    tokens = requests.post(f"{site.url}/oauth2/token", form, timeout=10).json()
    bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
    told = requests.get(f"{site.url}/oauth2/userInfo", headers=bearer, timeout=10).json()
    assert told["username"] == "ada"
    refreshing = {**form, "grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    del refreshing["code"], refreshing["redirect_uri"]
    assert "access_token" in requests.post(f"{site.url}/oauth2/token", refreshing, timeout=10).json()
