"""GetClientToken and GetDerivedToken: tokens that no user's sign-in gives."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.signing_in import refusal
from tests.builders import FLOWS, Api, a_client, a_pool, a_user, claims, sign_in
from tests.conftest import NOON

EXCHANGE = ["ALLOW_TOKEN_EXCHANGE_IMPERSONATION", "ALLOW_TOKEN_EXCHANGE_DELEGATION"]
ADMIN = "aws.cognito.signin.user.admin"


@pytest.fixture
def pool(api: Api) -> str:
    return a_pool(api)


@pytest.fixture
def token(api: Api, pool: str) -> str:
    """The access token of a user's sign-in."""
    a_user(api, pool, email="ana@example.com")
    return str(sign_in(api, a_client(api, pool))["AccessToken"])


def a_service(api: Api, pool: str) -> tuple[str, str]:
    """A client that gets tokens for itself: its client_id and its secret."""
    made = api.idp(
        "CreateUserPoolClient",
        UserPoolId=pool,
        ClientName="service",
        GenerateSecret=True,
        ExplicitAuthFlows=["ALLOW_CLIENT_TOKEN_AUTH"],
    )["UserPoolClient"]
    return made["ClientId"], made["ClientSecret"]


def own_token(api: Api, service: tuple[str, str]) -> str:
    answer = api.idp("GetClientToken", ClientId=service[0], Secret=service[1])
    return str(answer["ClientAuthenticationResult"]["AccessToken"])


def derive(api: Api, client: str, token: str, kind: str = "ACCESS_TOKEN", **more: Any) -> dict[str, Any]:
    return api.idp("GetDerivedToken", ClientId=client, SubjectToken=token, SubjectTokenType=kind, **more)


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
    assert refusal(lambda: api.idp("GetUser", AccessToken=token)) == "UserNotFoundException: User does not exist."


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


def test_a_derived_token_stands_for_the_user_at_another_client(api: Api, pool: str, token: str) -> None:
    other = a_client(api, pool, ExplicitAuthFlows=EXCHANGE)
    api.world.clock.advance(minutes=5)
    answer = derive(api, other, token, Audiences=["https://orders.example"])
    issued = answer.pop("IssuedToken")
    assert answer == {
        "IssuedTokenType": "ACCESS_TOKEN",
        "TokenType": "Bearer",
        "ExpiresIn": 3600,
        "Scopes": [ADMIN],
    }
    before, after = claims(token), claims(issued)
    assert after["client_id"] == other
    assert after["aud"] == "https://orders.example"
    assert after["iat"] == before["iat"] + 300
    assert "act" not in after
    for same in ("sub", "username", "iss", "auth_time", "origin_jti", "event_id", "scope", "token_use"):
        assert after[same] == before[same]
    assert after["jti"] != before["jti"]


def test_an_actor_is_named_and_so_is_who_acted_before(api: Api, pool: str, token: str) -> None:
    other = a_client(api, pool, ExplicitAuthFlows=EXCHANGE)
    services = [a_service(api, pool) for _ in range(2)]
    acted: dict[str, Any] = {}
    for client_id, secret in services:
        actor = {"ActorToken": own_token(api, (client_id, secret)), "ActorTokenType": "ACCESS_TOKEN"}
        token = derive(api, other, token, **actor)["IssuedToken"]
        acted = {"sub": client_id, "client_id": client_id, **({"act": acted} if acted else {})}
        assert claims(token)["act"] == acted


def test_an_id_token_is_derived_from_an_id_token(api: Api, pool: str) -> None:
    a_user(api, pool, email="ana@example.com")
    identity = sign_in(api, a_client(api, pool))["IdToken"]
    other = a_client(api, pool, ExplicitAuthFlows=EXCHANGE)
    answer = derive(api, other, identity, "ID_TOKEN", RequestedTokenType="ID_TOKEN")
    assert (answer["IssuedTokenType"], answer["TokenType"], answer["Scopes"]) == ("ID_TOKEN", "N_A", [])
    said = claims(answer["IssuedToken"])
    assert (said["aud"], said["token_use"], said["email"]) == (other, "id", "ana@example.com")


@pytest.mark.parametrize(
    ("asked", "allowed", "granted"),
    [
        ([], [], [ADMIN]),
        ([ADMIN], [], [ADMIN]),
        ([ADMIN, "openid"], [], [ADMIN]),
        (["openid"], [], []),
        ([ADMIN], ["openid", "email"], []),
        ([ADMIN], [ADMIN], [ADMIN]),
    ],
)
def test_scopes_are_those_of_subject_request_and_client(
    api: Api, pool: str, token: str, asked: list[str], allowed: list[str], granted: list[str]
) -> None:
    oauth = {
        "AllowedOAuthFlowsUserPoolClient": True,
        "AllowedOAuthFlows": ["code"],
        "AllowedOAuthScopes": allowed,
        "CallbackURLs": ["https://app.example"],
    }
    other = a_client(api, pool, ExplicitAuthFlows=EXCHANGE, **(oauth if allowed else {}))
    answer = derive(api, other, token, Scopes=asked)
    assert answer["Scopes"] == granted
    assert claims(answer["IssuedToken"])["scope"].split() == granted


def test_a_derived_token_ends_with_the_sign_in_that_it_came_from(api: Api, pool: str, token: str) -> None:
    other = a_client(api, pool, ExplicitAuthFlows=EXCHANGE)
    issued = derive(api, other, token)["IssuedToken"]
    assert api.idp("GetUser", AccessToken=issued)["Username"] == "ana"
    api.idp("GlobalSignOut", AccessToken=token)
    told = refusal(lambda: api.idp("GetUser", AccessToken=issued))
    assert told == "NotAuthorizedException: Access Token has been revoked"
    assert refusal(lambda: derive(api, other, token)) == "NotAuthorizedException: SubjectToken has been revoked"


def test_a_subject_that_is_no_token_of_the_pool_is_refused(api: Api, pool: str, token: str) -> None:
    other = a_client(api, pool, ExplicitAuthFlows=EXCHANGE)
    invalid = "NotAuthorizedException: Invalid SubjectToken"
    elsewhere = a_pool(api)
    a_user(api, elsewhere)
    foreign = sign_in(api, a_client(api, elsewhere))["AccessToken"]
    head, body, signature = token.split(".")
    for forged in ("x", "a.b.c", foreign, f"{head}.{body}.{signature[::-1]}", f"{head}.{body}."):
        assert refusal(lambda: derive(api, other, forged)) == invalid  # noqa: B023
    assert refusal(lambda: derive(api, other, token, "ID_TOKEN")) == invalid
    api.world.clock.advance(hours=1)
    assert refusal(lambda: derive(api, other, token)) == "NotAuthorizedException: SubjectToken has expired"


def test_a_disabled_user_and_one_who_is_gone_have_no_derived_tokens(api: Api, pool: str, token: str) -> None:
    other = a_client(api, pool, ExplicitAuthFlows=EXCHANGE)
    api.idp("AdminDisableUser", UserPoolId=pool, Username="ana")
    assert refusal(lambda: derive(api, other, token)) == "NotAuthorizedException: SubjectToken has been revoked"
    api.idp("AdminDeleteUser", UserPoolId=pool, Username="ana")
    assert refusal(lambda: derive(api, other, token)) == "UserNotFoundException: User does not exist."


def test_a_client_exchanges_only_as_its_flows_say(api: Api, pool: str, token: str) -> None:
    acts, _ = {"ActorToken": token, "ActorTokenType": "ACCESS_TOKEN"}, None
    plain = a_client(api, pool, ExplicitAuthFlows=FLOWS)
    told = "InvalidParameterException: ALLOW_TOKEN_EXCHANGE_{} is not enabled for the client."
    assert refusal(lambda: derive(api, plain, token)) == told.format("IMPERSONATION")
    assert refusal(lambda: derive(api, plain, token, **acts)) == told.format("DELEGATION")
    alone = a_client(api, pool, ExplicitAuthFlows=EXCHANGE[:1])
    assert derive(api, alone, token)["IssuedToken"]
    assert refusal(lambda: derive(api, alone, token, **acts)) == told.format("DELEGATION")


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (
            {"Audiences": ["a"], "Resources": ["https://r"]},
            "InvalidParameterException: Audiences and Resources cannot both be set.",
        ),
        ({"Resources": ["https://r"]}, "ResourceNotFoundException: Resource server https://r does not exist."),
        (
            {"ActorToken": "x"},
            "InvalidParameterException: ActorToken and ActorTokenType must be set together.",
        ),
    ],
)
def test_what_does_not_go_together_is_refused(api: Api, pool: str, token: str, more: dict[str, Any], told: str) -> None:
    other = a_client(api, pool, ExplicitAuthFlows=EXCHANGE)
    assert refusal(lambda: derive(api, other, token, **more)) == told
