"""`POST /_emulator/tokens`: tokens without a flow."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.lambda_functions import ARN
from tests.builders import PASSWORD, Api, a_client, a_pool, a_user, claims, sign_in


@pytest.fixture
def pool(api: Api) -> str:
    pool = a_pool(api)
    scope = {"ScopeName": "read", "ScopeDescription": "Reading"}
    api.idp("CreateResourceServer", UserPoolId=pool, Identifier="shop", Name="shop", Scopes=[scope])
    a_user(api, pool, email="ana@example.com")
    return pool


@pytest.fixture
def client(api: Api, pool: str) -> str:
    return a_client(api, pool, GenerateSecret=True, AccessTokenValidity=2)


def mint(api: Api, pool: str, client: str, /, **members: Any) -> tuple[int, dict[str, Any]]:
    given = {"pool": pool, "client": client, "user": "ana", **members}
    answer = api.http.post("/_emulator/tokens", json={name: value for name, value in given.items() if value != "-"})
    return answer.status_code, dict(answer.get_json())


def test_tokens_are_as_a_sign_in_makes_them(api: Api, pool: str) -> None:
    client = a_client(api, pool)
    status, minted = mint(api, pool, client)
    assert (status, list(minted)) == (200, ["id_token", "access_token", "refresh_token", "expires_in"])
    made = sign_in(api, client)
    for mine, theirs in (("id_token", "IdToken"), ("access_token", "AccessToken")):
        alike = {"jti", "event_id", "origin_jti"}
        assert {name: value for name, value in claims(minted[mine]).items() if name not in alike} == {
            name: value for name, value in claims(made[theirs]).items() if name not in alike
        }
    assert api.idp("GetUser", AccessToken=minted["access_token"])["Username"] == "ana"


def test_they_are_refreshed_and_revoked_as_usual(api: Api, pool: str) -> None:
    client = a_client(api, pool)
    minted = mint(api, pool, client)[1]
    refresh = {"ClientId": client, "AuthFlow": "REFRESH_TOKEN_AUTH"}
    parameters = {"REFRESH_TOKEN": minted["refresh_token"]}
    renewed = api.idp("InitiateAuth", **refresh, AuthParameters=parameters)["AuthenticationResult"]
    assert claims(renewed["IdToken"])["email"] == "ana@example.com"
    api.idp("GlobalSignOut", AccessToken=minted["access_token"])
    for call, members in (
        ("GetUser", {"AccessToken": minted["access_token"]}),
        ("InitiateAuth", refresh | {"AuthParameters": parameters}),
    ):
        with pytest.raises(Exception, match="NotAuthorizedException"):
            api.idp(call, **members)


def test_the_lifetime_is_the_clients_whose_secret_nobody_needs(api: Api, pool: str, client: str) -> None:
    minted = mint(api, pool, client)[1]
    told = claims(minted["access_token"])
    assert (minted["expires_in"], told["exp"] - told["iat"], told["client_id"]) == (7200, 7200, client)


def test_scopes_replace_those_of_a_sign_in_and_outlive_a_refresh(api: Api, pool: str) -> None:
    client = a_client(api, pool)
    minted = mint(api, pool, client, scopes=["openid", "shop/read", "openid"])[1]
    assert claims(minted["access_token"])["scope"] == "openid shop/read"
    answer = api.idp("GetTokensFromRefreshToken", ClientId=client, RefreshToken=minted["refresh_token"])
    assert claims(answer["AuthenticationResult"]["AccessToken"])["scope"] == "openid shop/read"
    headers = {"Authorization": f"Bearer {minted['access_token']}"}
    assert api.http.get("/oauth2/userInfo", headers=headers).get_json()["username"] == "ana"


def test_its_event_is_no_sign_in(api: Api, pool: str, client: str) -> None:
    mint(api, pool, client)
    event = api.world.events.last(1)[0]
    assert (event.operation, event.pool, event.client, event.user, event.outcome) == (
        *("POST /_emulator/tokens", pool, client, "ana", "ok"),
    )


def test_a_user_with_a_temporary_password_gets_tokens(api: Api, pool: str, client: str) -> None:
    api.idp("AdminCreateUser", UserPoolId=pool, Username="new", TemporaryPassword=PASSWORD)
    assert mint(api, pool, client, user="new")[0] == 200


@pytest.mark.parametrize(
    ("members", "status", "words"),
    [
        ({"pool": "us-east-1_Nothing"}, 404, "pool: there is no pool us-east-1_Nothing"),
        ({"client": "nobody"}, 404, "client: pool"),
        ({"user": "nobody"}, 404, "user: pool"),
        ({"user": "-"}, 400, "user is missing"),
        ({"user": 1}, 400, "user: 1 is not a string"),
        ({"scopes": "openid"}, 400, "scopes: 'openid' is not a list of strings"),
        ({"scopes": [1]}, 400, "scopes: [1] is not a list of strings"),
        ({"scopes": ["openid", "shop/write"]}, 400, "scopes: shop/write: pool us-east-1_"),
        ({"scope": "openid"}, 400, "unknown member scope; known are pool, client, user, scopes"),
    ],
)
def test_what_cannot_be_minted_is_refused_in_words(
    api: Api, pool: str, client: str, members: dict[str, Any], status: int, words: str
) -> None:
    got, body = mint(api, pool, client, **members)
    assert (got, body["error"].startswith(words)) == (status, True), body


def test_a_client_of_another_pool_is_unknown(api: Api, pool: str) -> None:
    assert mint(api, pool, a_client(api, a_pool(api)))[0] == 404


def test_users_who_may_not_sign_in_get_none(api: Api, pool: str) -> None:
    client = a_client(api, pool)
    api.idp("SignUp", ClientId=client, Username="bob", Password=PASSWORD)
    assert "bob is not confirmed" in mint(api, pool, client, user="bob")[1]["error"]
    api.idp("AdminDisableUser", UserPoolId=pool, Username="ana")
    status, body = mint(api, pool, client)
    assert (status, "ana is disabled" in body["error"]) == (400, True)
    event = api.world.events.last(1)[0]
    assert (event.outcome, "ana is disabled" in (event.reason or "")) == ("Refused", True)


def test_a_function_that_nothing_runs_is_told_of(api: Api, pool: str, client: str) -> None:
    api.idp("UpdateUserPool", UserPoolId=pool, LambdaConfig={"PreTokenGeneration": ARN + "PreTokenGeneration"})
    status, body = mint(api, pool, client)
    assert (status, "PreTokenGeneration" in body["error"]) == (400, True), body


def test_other_sites_pages_mint_nothing(api: Api, pool: str, client: str) -> None:
    answer = api.http.post("/_emulator/tokens", json={}, headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403
