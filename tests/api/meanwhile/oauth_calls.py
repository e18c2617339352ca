"""The calls of the OAuth endpoints that let go of the database."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.api.exchange import a_service
from tests.api.meanwhile.rows import Call, Row
from tests.api.meanwhile.scenes import FLOWS, Scene
from tests.api.recorded_functions import ARN
from tests.builders import Refused
from tests.oauth.browser import CALLBACK, Browser

OAUTH: dict[str, Any] = {
    "ExplicitAuthFlows": FLOWS,
    "AllowedOAuthFlowsUserPoolClient": True,
    "AllowedOAuthFlows": ["code", "implicit"],
    "AllowedOAuthScopes": ["openid", "email"],
    "CallbackURLs": [CALLBACK],
    "SupportedIdentityProviders": ["COGNITO"],
}


def _token(scene: Scene, **form: str) -> dict[str, Any]:
    answer = scene.api.http.post("/oauth2/token", data=form)
    body = dict(answer.get_json())
    if answer.status_code != 200:
        raise Refused(body["error"], body.get("error_description", ""), answer.status_code)
    return body


def _exchanges_a_code(scene: Scene) -> Call:
    scene.api.idp("UpdateUserPoolClient", UserPoolId=scene.pool, ClientId=scene.client, **OAUTH)
    asked = {"pool": scene.pool, "client": scene.client, "user": "ana", "redirect_uri": CALLBACK}
    code = scene.api.http.post("/_emulator/codes", json=asked).get_json()["code"]
    form = {"client_id": scene.client, "code": code, "redirect_uri": CALLBACK}
    return lambda: _token(scene, grant_type="authorization_code", **form)


def _refreshes(scene: Scene) -> Call:
    form = {"client_id": scene.client, "refresh_token": scene.refresh_token}
    return lambda: _token(scene, grant_type="refresh_token", **form)


def _gets_a_client_token(scene: Scene) -> Call:
    scope = {"ScopeName": "read", "ScopeDescription": "Reading"}
    scene.api.idp("CreateResourceServer", UserPoolId=scene.pool, Identifier="shop", Name="shop", Scopes=[scope])
    client, secret = a_service(scene.api, scene.pool, AllowedOAuthScopes=["shop/read"])
    trigger = {"LambdaArn": ARN + "PreTokenGeneration", "LambdaVersion": "V3_0"}
    scene.api.idp("UpdateUserPool", UserPoolId=scene.pool, LambdaConfig={"PreTokenGenerationConfig": trigger})
    return lambda: _token(scene, grant_type="client_credentials", client_id=client, client_secret=secret)


def _is_given_tokens(scene: Scene) -> Call:
    asked = {"pool": scene.pool, "client": scene.client, "user": "ana"}
    return lambda: _minted(scene, asked)


def _minted(scene: Scene, asked: dict[str, str]) -> dict[str, Any]:
    answer = scene.api.http.post("/_emulator/tokens", json=asked)
    body = dict(answer.get_json())
    if answer.status_code != 200:
        raise Refused("Refused", body["error"], answer.status_code)
    return body


def _gets_tokens_in_the_fragment(scene: Scene) -> Call:
    assert scene.store
    scene.api.idp("UpdateUserPoolClient", UserPoolId=scene.pool, ClientId=scene.client, **OAUTH)
    browser = Browser(scene.api, scene.store, scene.pool, scene.client)
    browser.sign_in()
    return lambda: _fragment(browser)


def _fragment(browser: Browser) -> dict[str, Any]:
    location = urlsplit(browser.authorize(response_type="token").headers["Location"])
    given = parse_qs(location.fragment)
    if "access_token" not in given:
        raise Refused(location.path, location.query + location.fragment, 302)
    return {name: values[0] for name, values in given.items()}


ROWS = [
    Row("/oauth2/authorize", _gets_tokens_in_the_fragment, ("PreTokenGeneration",)),
    Row("/_emulator/tokens", _is_given_tokens, ("PreTokenGeneration",)),
    Row("/oauth2/token", _exchanges_a_code, ("PreTokenGeneration",)),
    Row("/oauth2/token", _refreshes, ("PreTokenGeneration",)),
    Row("/oauth2/token", _gets_a_client_token, ("PreTokenGeneration",), of_user=False),
]
