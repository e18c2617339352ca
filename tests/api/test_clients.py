"""App clients: defaults, updates that reset, secrets, refusals, pages."""

from __future__ import annotations

import re
from typing import Any

import pytest

from storage.records.pools import Client
from storage.store import Store
from tests.builders import Api, Refused, a_client, a_pool, a_user, claims, pairs, refusal, sign_in, unpaired
from tests.conftest import NOON

DEFAULTS = {
    "RefreshTokenValidity": 30,
    "AllowedOAuthFlowsUserPoolClient": False,
    "EnableTokenRevocation": True,
    "EnablePropagateAdditionalUserContextData": False,
    "AuthSessionValidity": 3,
}


@pytest.fixture
def pool(api: Api) -> str:
    return a_pool(api)


def created(api: Api, pool: str, **members: Any) -> dict[str, Any]:
    client = api.idp("CreateUserPoolClient", **{"UserPoolId": pool, "ClientName": "web", **members})
    return dict(client["UserPoolClient"])


def test_a_new_client_has_aws_defaults_and_nothing_else(api: Api, pool: str) -> None:
    client = created(api, pool)
    assert re.fullmatch(r"[a-z0-9]{26}", client["ClientId"])
    assert client == {
        "ClientId": client["ClientId"],
        "ClientName": "web",
        "UserPoolId": pool,
        "CreationDate": NOON,
        "LastModifiedDate": NOON,
        **DEFAULTS,
    }
    described = api.idp("DescribeUserPoolClient", UserPoolId=pool, ClientId=client["ClientId"])
    assert described["UserPoolClient"] == client


def test_a_secret_is_made_where_one_is_asked_for_and_always_shown(api: Api, pool: str) -> None:
    client = created(api, pool, GenerateSecret=True)
    assert re.fullmatch(r"[a-z0-9]{51}", client["ClientSecret"])
    described = api.idp("DescribeUserPoolClient", UserPoolId=pool, ClientId=client["ClientId"])
    assert described["UserPoolClient"]["ClientSecret"] == client["ClientSecret"]


def test_a_secret_may_be_brought_along(api: Api, pool: str) -> None:
    assert created(api, pool, ClientSecret="a" * 24)["ClientSecret"] == "a" * 24
    assert created(api, pool, ClientSecret="a" * 24, GenerateSecret=False)["ClientSecret"] == "a" * 24
    members = {"UserPoolId": pool, "ClientName": "web", "ClientSecret": "a" * 24, "GenerateSecret": True}
    assert refusal(api, "CreateUserPoolClient", **members) == (
        "InvalidParameterException",
        "GenerateSecret and ClientSecret cannot both be set.",
    )


def test_an_update_resets_what_it_leaves_out_but_keeps_the_secret(api: Api, pool: str) -> None:
    client = created(
        api,
        pool,
        GenerateSecret=True,
        ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"],
        AccessTokenValidity=5,
        TokenValidityUnits={"AccessToken": "minutes"},
        PreventUserExistenceErrors="ENABLED",
        EnableTokenRevocation=False,
        ReadAttributes=["email"],
    )
    api.world.clock.advance(hours=1)
    updated = api.idp("UpdateUserPoolClient", UserPoolId=pool, ClientId=client["ClientId"])["UserPoolClient"]
    assert updated == {
        "ClientId": client["ClientId"],
        "ClientSecret": client["ClientSecret"],
        "ClientName": "web",
        "UserPoolId": pool,
        "CreationDate": NOON,
        "LastModifiedDate": NOON + 3600,
        **DEFAULTS,
    }


def test_a_described_client_may_be_sent_back_without_a_change(api: Api, pool: str) -> None:
    before = created(
        api,
        pool,
        ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
        AccessTokenValidity=30,
        TokenValidityUnits={"AccessToken": "minutes"},
        WriteAttributes=["email", "name"],
        CallbackURLs=["https://example.com/cb", "myapp://cb", "http://localhost:3000/cb"],
        DefaultRedirectURI="https://example.com/cb",
        AllowedOAuthFlows=["code"],
        AllowedOAuthFlowsUserPoolClient=True,
        AllowedOAuthScopes=["openid", "email"],
        SupportedIdentityProviders=["COGNITO"],
    )
    sent = {name: value for name, value in before.items() if not name.endswith("Date")}
    assert api.idp("UpdateUserPoolClient", **sent)["UserPoolClient"] == before


def test_units_that_are_left_out_are_filled_in(api: Api, pool: str) -> None:
    client = created(api, pool, AccessTokenValidity=10, TokenValidityUnits={"AccessToken": "minutes"})
    assert client["TokenValidityUnits"] == {"AccessToken": "minutes", "IdToken": "hours", "RefreshToken": "days"}


def test_no_days_of_refresh_are_thirty(api: Api, pool: str) -> None:
    assert created(api, pool, RefreshTokenValidity=0)["RefreshTokenValidity"] == 30


@pytest.mark.parametrize("operation", ["DescribeUserPoolClient", "UpdateUserPoolClient", "DeleteUserPoolClient"])
def test_a_client_is_not_found_in_another_pool(api: Api, pool: str, operation: str) -> None:
    client = a_client(api, a_pool(api))
    refused = refusal(api, operation, UserPoolId=pool, ClientId=client)
    assert refused == ("ResourceNotFoundException", f"User pool client {client} does not exist.")


def test_a_deleted_client_is_gone_with_its_tokens(api: Api, pool: str) -> None:
    client = a_client(api, pool)
    a_user(api, pool)
    tokens = sign_in(api, client)
    assert api.idp("DeleteUserPoolClient", UserPoolId=pool, ClientId=client) == {}
    assert refusal(api, "GetUser", AccessToken=tokens["AccessToken"])[0] == "NotAuthorizedException"
    with pytest.raises(Refused, match=f"User pool client {client} does not exist."):
        sign_in(api, client)


def test_clients_are_listed_page_by_page_by_id_and_name(api: Api, pool: str) -> None:
    ids = {a_client(api, pool) for _ in range(5)}
    first = api.idp("ListUserPoolClients", UserPoolId=pool, MaxResults=3)
    second = api.idp("ListUserPoolClients", UserPoolId=pool, MaxResults=3, NextToken=first["NextToken"])
    found = [*first["UserPoolClients"], *second["UserPoolClients"]]
    assert {client["ClientId"] for client in found} == ids
    assert {tuple(sorted(client)) for client in found} == {("ClientId", "ClientName", "UserPoolId")}
    assert "NextToken" not in second
    other = a_pool(api)
    refused = refusal(api, "ListUserPoolClients", UserPoolId=other, MaxResults=3, NextToken=first["NextToken"])
    assert refused == ("InvalidParameterException", "Invalid pagination token given.")


def test_a_pool_has_a_thousand_clients_at_most(api: Api, store: Store, pool: str) -> None:
    with store.unit(writes=True) as unit:
        for number in range(999):
            unit.clients.add(Client(f"client{number:04}", pool, "web", {}, NOON, NOON))
    created(api, pool)
    assert refusal(api, "CreateUserPoolClient", UserPoolId=pool, ClientName="web") == (
        "LimitExceededException",
        "A user pool cannot have more than 1000 app clients.",
    )


def test_only_clients_without_lists_read_attributes_that_come_later(api: Api, pool: str) -> None:
    clients = [a_client(api, pool), a_client(api, pool, ReadAttributes=["email"], WriteAttributes=["email"])]
    new = [
        {"Name": "plan", "AttributeDataType": "String"},
        {"Name": "level", "AttributeDataType": "String", "DeveloperOnlyAttribute": True},
    ]
    api.idp("AddCustomAttributes", UserPoolId=pool, CustomAttributes=new)
    a_user(api, pool, "ana", **{"email": "ana@example.com", "custom:plan": "gold", "dev:custom:level": "9"})
    shown = []
    for client in clients:
        token = sign_in(api, client)["AccessToken"]
        shown.append(set(unpaired(api.idp("GetUser", AccessToken=token)["UserAttributes"])))
        given = pairs({"dev:custom:level": "1"})
        assert refusal(api, "UpdateUserAttributes", AccessToken=token, UserAttributes=given) == (
            "NotAuthorizedException",
            "A client attempted to write unauthorized attribute",
        )
    assert shown == [{"sub", "email", "custom:plan"}, {"sub", "email"}]


@pytest.mark.parametrize(
    ("flows", "allowed"),
    [
        (["USER_PASSWORD_AUTH"], {"USER_PASSWORD_AUTH", "REFRESH_TOKEN_AUTH", "USER_SRP_AUTH"}),
        (["ADMIN_NO_SRP_AUTH"], {"ADMIN_USER_PASSWORD_AUTH", "REFRESH_TOKEN_AUTH", "USER_SRP_AUTH"}),
        (["CUSTOM_AUTH_FLOW_ONLY"], {"CUSTOM_AUTH", "REFRESH_TOKEN_AUTH"}),
        (["ALLOW_USER_PASSWORD_AUTH"], {"USER_PASSWORD_AUTH"}),
        (None, {"USER_SRP_AUTH", "CUSTOM_AUTH", "REFRESH_TOKEN_AUTH"}),
    ],
)
def test_a_flow_works_where_the_client_allows_it(
    api: Api, pool: str, flows: list[str] | None, allowed: set[str]
) -> None:
    client = created(api, pool, **({"ExplicitAuthFlows": flows} if flows else {}))["ClientId"]
    parameters = {"USERNAME": "nobody", "PASSWORD": "x", "REFRESH_TOKEN": "x", "SRP_A": "1"}
    refused = set()
    for flow in (
        "USER_PASSWORD_AUTH",
        "ADMIN_USER_PASSWORD_AUTH",
        "REFRESH_TOKEN_AUTH",
        "USER_SRP_AUTH",
        "CUSTOM_AUTH",
    ):
        asked: dict[str, Any] = {"ClientId": client, "AuthFlow": flow, "AuthParameters": parameters}
        if flow == "USER_PASSWORD_AUTH":
            _, message = refusal(api, "InitiateAuth", **asked)
        else:
            _, message = refusal(api, "AdminInitiateAuth", UserPoolId=pool, **asked)
        if "not enabled" in message:
            refused.add(flow)
    everything = {
        "USER_PASSWORD_AUTH",
        "ADMIN_USER_PASSWORD_AUTH",
        "REFRESH_TOKEN_AUTH",
        "USER_SRP_AUTH",
        "CUSTOM_AUTH",
    }
    assert refused == everything - allowed


def test_lifetimes_are_those_of_the_client(api: Api, pool: str) -> None:
    units = {"AccessToken": "minutes", "IdToken": "seconds", "RefreshToken": "hours"}
    client = a_client(
        api, pool, AccessTokenValidity=10, IdTokenValidity=600, RefreshTokenValidity=2, TokenValidityUnits=units
    )
    a_user(api, pool)
    tokens = sign_in(api, client)
    assert tokens["ExpiresIn"] == 600
    assert claims(tokens["AccessToken"])["exp"] == NOON + 600
    assert claims(tokens["IdToken"])["exp"] == NOON + 600
    api.world.clock.advance(hours=2)
    refused = refusal(
        api,
        "InitiateAuth",
        ClientId=client,
        AuthFlow="REFRESH_TOKEN_AUTH",
        AuthParameters={"REFRESH_TOKEN": tokens["RefreshToken"]},
    )
    assert refused == ("NotAuthorizedException", "Refresh Token has expired")
