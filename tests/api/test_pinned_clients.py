"""App clients whose names pin their ids."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.people import sign_up
from tests.builders import Api, a_client, a_pool, a_user, claims, refusal, sign_in

NAME = "_custom_id_:1example23456789"
ID = "1example23456789"
PATTERN = "failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w\\s+=,.@-]+"


@pytest.fixture
def pool(api: Api) -> str:
    return a_pool(api)


def described(api: Api, pool: str, client: str) -> dict[str, Any]:
    return dict(api.idp("DescribeUserPoolClient", UserPoolId=pool, ClientId=client)["UserPoolClient"])


def test_a_name_pins_the_id_and_stays(api: Api, pool: str) -> None:
    assert a_client(api, pool, ClientName=NAME) == ID
    assert described(api, pool, ID)["ClientName"] == NAME
    listed = api.idp("ListUserPoolClients", UserPoolId=pool)["UserPoolClients"]
    assert listed == [{"ClientId": ID, "UserPoolId": pool, "ClientName": NAME}]


def test_a_pinned_client_serves_as_any_other(api: Api, pool: str) -> None:
    secret = a_client(api, pool, ClientName="_custom_id_:with_secret", GenerateSecret=True)
    assert refusal(api, "SignUp", ClientId=secret, Username="bea", Password="x")[0] == "NotAuthorizedException"
    client = a_client(api, pool, ClientName=NAME)
    a_user(api, pool)
    assert claims(sign_in(api, client)["IdToken"])["aud"] == ID
    assert sign_up(api, client, "bea")["UserSub"]


@pytest.mark.parametrize("where", ["same", "another"])
def test_an_id_that_is_taken_is_refused(api: Api, pool: str, where: str) -> None:
    a_client(api, pool, ClientName=NAME)
    other = pool if where == "same" else a_pool(api)
    told = refusal(api, "CreateUserPoolClient", UserPoolId=other, ClientName=NAME, GenerateSecret=True)
    assert told == ("InvalidParameterException", f"App client {ID} already exists.")
    api.idp("DeleteUserPoolClient", UserPoolId=pool, ClientId=ID)
    assert a_client(api, other, ClientName=NAME) == ID


@pytest.mark.parametrize("given", ["", "my-app", "a b", "a:b", "é", "../x", "<script>"])
def test_a_name_that_holds_no_id_is_refused(api: Api, pool: str, given: str) -> None:
    name = f"_custom_id_:{given}"
    told = refusal(api, "CreateUserPoolClient", UserPoolId=pool, ClientName=name)
    assert told == ("InvalidParameterException", f"The name {name} does not hold an app client id: {given}")
    assert api.idp("ListUserPoolClients", UserPoolId=pool)["UserPoolClients"] == []


def test_a_name_has_aws_length_and_else_its_pattern(api: Api, pool: str) -> None:
    longest = "a" * (128 - len("_custom_id_:"))
    assert a_client(api, pool, ClientName=f"_custom_id_:{longest}") == longest
    for name in (f"_custom_id_:{longest}a", "custom_id_:a", "a:_custom_id_:b", "_custom_id_:a\n"):
        code, message = refusal(api, "CreateUserPoolClient", UserPoolId=pool, ClientName=name)
        assert code == "InvalidParameterException"
        assert message.endswith(("less than or equal to 128", PATTERN))


def test_an_update_keeps_the_id(api: Api, pool: str) -> None:
    client = a_client(api, pool, ClientName=NAME)
    api.idp("UpdateUserPoolClient", UserPoolId=pool, ClientId=client, ClientName=NAME, RefreshTokenValidity=7)
    assert described(api, pool, client)["RefreshTokenValidity"] == 7
    other = {"UserPoolId": pool, "ClientId": client, "ClientName": "_custom_id_:another"}
    assert refusal(api, "UpdateUserPoolClient", **other) == (
        "InvalidParameterException",
        f"The id of app client {ID} cannot be changed by the name _custom_id_:another.",
    )
    api.idp("UpdateUserPoolClient", UserPoolId=pool, ClientId=client, ClientName="web")
    assert described(api, pool, client)["ClientName"] == "web"


def test_no_other_name_takes_it(api: Api) -> None:
    code, message = refusal(api, "CreateUserPool", PoolName=NAME)
    assert code == "InvalidParameterException"
    assert message.endswith(PATTERN)
