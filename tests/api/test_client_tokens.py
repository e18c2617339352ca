"""GetClientToken: tokens that clients get for themselves."""

from __future__ import annotations

from functools import partial

import pytest

from tests.api.exchange import a_service, own_token
from tests.api.signing_in import a_secret_client, reasons, refusal
from tests.builders import Api, a_client, a_pool, claims
from tests.conftest import NOON

SECRET = "NotAuthorizedException: Unable to verify client secret for client {}"


@pytest.fixture
def pool(api: Api) -> str:
    return a_pool(api)


def test_a_client_gets_a_token_for_itself(api: Api, pool: str) -> None:
    client_id, secret = a_service(api, pool)
    result = api.idp("GetClientToken", ClientId=client_id, Secret=secret)["ClientAuthenticationResult"]
    assert (result["ExpiresIn"], result["TokenType"]) == (3600, "Bearer")
    said, now = claims(result["AccessToken"]), int(NOON)
    assert said.pop("jti")
    assert said == {
        "sub": client_id,
        "token_use": "access",
        "scope": "",
        "auth_time": now,
        "iss": f"http://localhost/{pool}",
        "exp": now + 3600,
        "iat": now,
        "version": 2,
        "client_id": client_id,
    }


def test_a_clients_token_is_no_users(api: Api, pool: str) -> None:
    token = own_token(api, a_service(api, pool))
    told = "NotAuthorizedException: Access Token does not have required scopes"
    for operation in ("GetUser", "GlobalSignOut", "ListUserSessions", "ListWebAuthnCredentials", "DeleteUser"):
        assert refusal(partial(api.idp, operation, AccessToken=token)) == told


def test_a_wrong_secret_and_a_scope_that_is_not_the_clients_are_refused(api: Api, pool: str) -> None:
    client_id, secret = a_service(api, pool)
    wrong = f"NotAuthorizedException: Unable to verify client secret for client {client_id}"
    assert refusal(lambda: api.idp("GetClientToken", ClientId=client_id, Secret="x" * 30)) == wrong
    told = "InvalidParameterException: Invalid scope requested: shop/read"
    assert refusal(lambda: api.idp("GetClientToken", ClientId=client_id, Secret=secret, Scopes=["shop/read"])) == told


def test_only_a_client_with_that_flow_alone_gets_one(api: Api, pool: str) -> None:
    public = a_client(api, pool)
    told = "InvalidParameterException: ALLOW_CLIENT_TOKEN_AUTH is not enabled for the client."
    assert refusal(lambda: api.idp("GetClientToken", ClientId=public, Secret="x" * 30)) == told
    both = {"ExplicitAuthFlows": ["ALLOW_CLIENT_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH"], "GenerateSecret": True}
    told = "InvalidParameterException: ALLOW_CLIENT_TOKEN_AUTH cannot be used with other auth flows."
    assert refusal(lambda: a_client(api, pool, **both)) == told
    told = "InvalidParameterException: ALLOW_CLIENT_TOKEN_AUTH requires a client secret."
    assert refusal(lambda: a_client(api, pool, ExplicitAuthFlows=["ALLOW_CLIENT_TOKEN_AUTH"])) == told


def test_a_client_that_may_exchange_or_has_no_list_of_flows_gets_none(api: Api, pool: str) -> None:
    told = "InvalidParameterException: ALLOW_CLIENT_TOKEN_AUTH is not enabled for the client."
    for flows in ([], ["ALLOW_TOKEN_EXCHANGE_DELEGATION"], ["CUSTOM_AUTH_FLOW_ONLY"]):
        client_id, secret = a_secret_client(api, pool, ExplicitAuthFlows=flows)
        assert refusal(partial(own_token, api, (client_id, secret))) == told


def test_no_openid_scope_and_no_users_own_is_granted(api: Api, pool: str) -> None:
    oauth = {
        "AllowedOAuthFlowsUserPoolClient": True,
        "AllowedOAuthFlows": ["code"],
        "AllowedOAuthScopes": ["openid", "aws.cognito.signin.user.admin"],
        "CallbackURLs": ["https://app.example"],
    }
    service = a_service(api, pool, **oauth)
    assert claims(own_token(api, service))["scope"] == ""
    for scope in oauth["AllowedOAuthScopes"]:  # type: ignore[attr-defined]
        asking = partial(api.idp, "GetClientToken", ClientId=service[0], Secret=service[1], Scopes=[scope])
        assert refusal(asking) == f"InvalidParameterException: Invalid scope requested: {scope}"


def test_either_secret_will_do_until_it_is_deleted(api: Api, pool: str) -> None:
    client_id, first = a_service(api, pool)
    names = {"UserPoolId": pool, "ClientId": client_id}
    second = api.idp("AddUserPoolClientSecret", **names)["ClientSecretDescriptor"]["ClientSecretValue"]
    assert claims(own_token(api, (client_id, first)))["jti"] != claims(own_token(api, (client_id, second)))["jti"]
    oldest = api.idp("ListUserPoolClientSecrets", **names)["ClientSecrets"][0]["ClientSecretId"]
    api.idp("DeleteUserPoolClientSecret", **names, ClientSecretId=oldest)
    assert refusal(lambda: own_token(api, (client_id, first))) == SECRET.format(client_id)
    assert own_token(api, (client_id, second))


def test_another_clients_secret_is_wrong_and_a_client_that_is_gone_is_not_found(api: Api, pool: str) -> None:
    mine, other = a_service(api, pool), a_service(api, pool)
    assert refusal(lambda: own_token(api, (mine[0], other[1]))) == SECRET.format(mine[0])
    api.idp("DeleteUserPoolClient", UserPoolId=pool, ClientId=mine[0])
    told = f"ResourceNotFoundException: User pool client {mine[0]} does not exist."
    assert refusal(lambda: own_token(api, mine)) == told


def test_a_token_lives_as_long_as_the_client_says_and_says_no_more_once_it_is_over(api: Api, pool: str) -> None:
    service = a_service(api, pool, AccessTokenValidity=300, TokenValidityUnits={"AccessToken": "seconds"})
    token = own_token(api, service)
    assert claims(token)["exp"] - claims(token)["iat"] == 300
    api.world.clock.advance(seconds=300)
    told = refusal(lambda: api.idp("GetUser", AccessToken=token))
    assert told == "NotAuthorizedException: Access Token has expired"


def test_the_log_says_why_a_clients_token_is_refused(api: Api, pool: str) -> None:
    token = own_token(api, a_service(api, pool))
    refusal(lambda: api.idp("GetUser", AccessToken=token))
    assert reasons(api) == "it is a client's own"


def test_no_signature_is_asked_for(api: Api, pool: str) -> None:
    service = a_service(api, pool)
    api.headers["Authorization"] = ""
    assert claims(own_token(api, service))["sub"] == service[0]
