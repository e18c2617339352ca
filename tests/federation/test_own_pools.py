"""Another user pool of the same server as the OpenID Connect provider, which is asked without leaving the process."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from emulator.outside.http import CannedHttp
from emulator.outside.world import World
from tests.builders import Api, a_client, a_pool, a_user
from tests.federation.sign_ins import ATTEMPT, REDIRECT_URI, SignIns, parameters

BASE = "http://localhost"


@pytest.fixture
def world(world: World) -> World:
    """A world in which nothing else can be reached."""
    return replace(world, http=CannedHttp())


@pytest.fixture
def corp_pool(api: Api) -> str:
    """The pool that is the provider, with a domain and a user."""
    pool = a_pool(api)
    api.idp("CreateUserPoolDomain", UserPoolId=pool, Domain="corp")
    a_user(api, pool, email="ana@corp.example", email_verified="true")
    return pool


def details(api: Api, pool: str) -> dict[str, str]:
    """ProviderDetails for a client of that pool; its endpoints are discovered."""
    allowed = {"AllowedOAuthFlows": ["code"], "AllowedOAuthScopes": ["openid", "email"]}
    client = a_client(
        api,
        pool,
        GenerateSecret=True,
        AllowedOAuthFlowsUserPoolClient=True,
        SupportedIdentityProviders=["COGNITO"],
        CallbackURLs=[REDIRECT_URI],
        **allowed,
    )
    found = api.idp("DescribeUserPoolClient", UserPoolId=pool, ClientId=client)["UserPoolClient"]
    return {
        "client_id": client,
        "client_secret": found["ClientSecret"],
        "authorize_scopes": "openid email",
        "oidc_issuer": f"{BASE}/{pool}",
        "attributes_request_method": "GET",
    }


def test_a_user_of_another_pool_signs_in(api: Api, sign_ins: SignIns, corp_pool: str) -> None:
    configured = details(api, corp_pool)
    sign_ins.configure(configured)
    asked = parameters(sign_ins.start())
    given = {"pool": corp_pool, "client": configured["client_id"], "user": "ana"}
    given |= {name: asked[name] for name in ("redirect_uri", "scope", "nonce")}
    code = api.http.post("/_emulator/codes", json=given).get_json()["code"]
    found = sign_ins.identify({"code": code, "state": ATTEMPT.state})
    assert found.claims["email"] == "ana@corp.example"
    assert (found.responses["idToken"]["iss"], found.responses["idToken"]["nonce"]) == (
        f"{BASE}/{corp_pool}",
        "the-nonce",
    )
    assert found.claims["sub"] == found.responses["userInfo"]["sub"]
