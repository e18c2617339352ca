"""GetDerivedToken: a user's token, exchanged for one that is for another client or service."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.exchange import ADMIN, EXCHANGE, a_service, acting, an_exchanger, derive, own_token
from tests.api.signing_in import refusal
from tests.builders import FLOWS, Api, a_client, a_pool, a_user, claims, sign_in


@pytest.fixture
def pool(api: Api) -> str:
    return a_pool(api)


@pytest.fixture
def token(api: Api, pool: str) -> str:
    """The access token of a user's sign-in."""
    a_user(api, pool, email="ana@example.com")
    return str(sign_in(api, a_client(api, pool))["AccessToken"])


def test_a_derived_token_stands_for_the_user_at_another_client(api: Api, pool: str, token: str) -> None:
    other = an_exchanger(api, pool)
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
    other = an_exchanger(api, pool)
    services = [a_service(api, pool) for _ in range(2)]
    acted: dict[str, Any] = {}
    for client_id, secret in services:
        token = derive(api, other, token, **acting(own_token(api, (client_id, secret))))["IssuedToken"]
        acted = {"sub": client_id, "client_id": client_id, **({"act": acted} if acted else {})}
        assert claims(token)["act"] == acted


def test_an_id_token_is_derived_from_an_id_token(api: Api, pool: str) -> None:
    a_user(api, pool, email="ana@example.com")
    identity = sign_in(api, a_client(api, pool))["IdToken"]
    other = an_exchanger(api, pool)
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
    other = an_exchanger(api, pool, **(oauth if allowed else {}))
    answer = derive(api, other, token, Scopes=asked)
    assert answer["Scopes"] == granted
    assert claims(answer["IssuedToken"])["scope"].split() == granted


def test_a_derived_token_ends_with_the_sign_in_that_it_came_from(api: Api, pool: str, token: str) -> None:
    other = an_exchanger(api, pool)
    issued = derive(api, other, token)["IssuedToken"]
    assert api.idp("GetUser", AccessToken=issued)["Username"] == "ana"
    api.idp("GlobalSignOut", AccessToken=token)
    told = refusal(lambda: api.idp("GetUser", AccessToken=issued))
    assert told == "NotAuthorizedException: Access Token has been revoked"
    assert refusal(lambda: derive(api, other, token)) == "NotAuthorizedException: SubjectToken has been revoked"


def test_a_subject_that_is_no_token_of_the_pool_is_refused(api: Api, pool: str, token: str) -> None:
    other = an_exchanger(api, pool)
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
    other = an_exchanger(api, pool)
    api.idp("AdminDisableUser", UserPoolId=pool, Username="ana")
    assert refusal(lambda: derive(api, other, token)) == "NotAuthorizedException: SubjectToken has been revoked"
    api.idp("AdminDeleteUser", UserPoolId=pool, Username="ana")
    assert refusal(lambda: derive(api, other, token)) == "UserNotFoundException: User does not exist."


def test_a_client_exchanges_only_as_its_flows_say(api: Api, pool: str, token: str) -> None:
    plain = a_client(api, pool, ExplicitAuthFlows=FLOWS)
    told = "InvalidParameterException: ALLOW_TOKEN_EXCHANGE_{} is not enabled for the client."
    assert refusal(lambda: derive(api, plain, token)) == told.format("IMPERSONATION")
    assert refusal(lambda: derive(api, plain, token, **acting(token))) == told.format("DELEGATION")
    alone = a_client(api, pool, ExplicitAuthFlows=EXCHANGE[:1])
    assert derive(api, alone, token)["IssuedToken"]
    assert refusal(lambda: derive(api, alone, token, **acting(token))) == told.format("DELEGATION")


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
    other = an_exchanger(api, pool)
    assert refusal(lambda: derive(api, other, token, **more)) == told
