"""Resource servers, and the scopes that clients allow and ask for there."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.api.exchange import EXCHANGE, a_service, derive
from tests.builders import Api, Refused, a_client, a_pool, a_user, claims, refusal, sign_in

READ = {"ScopeName": "read", "ScopeDescription": "Reading"}
WRITE = {"ScopeName": "write", "ScopeDescription": "Writing, and 🙂"}


@pytest.fixture
def pool(api: Api) -> str:
    return a_pool(api)


def a_server(api: Api, pool: str, identifier: str = "https://api", *scopes: dict[str, str]) -> dict[str, Any]:
    made = api.idp("CreateResourceServer", UserPoolId=pool, Identifier=identifier, Name="api", Scopes=list(scopes))
    return dict(made["ResourceServer"])


def scope_of(api: Api, service: tuple[str, str], **members: Any) -> str:
    answer = api.idp("GetClientToken", ClientId=service[0], Secret=service[1], **members)
    return str(claims(answer["ClientAuthenticationResult"]["AccessToken"])["scope"])


def test_a_resource_server_is_made_changed_and_deleted(api: Api, pool: str) -> None:
    here = {"UserPoolId": pool, "Identifier": "https://api"}
    made = a_server(api, pool, "https://api", READ)
    assert made == here | {"Name": "api", "Scopes": [READ]}
    assert api.idp("DescribeResourceServer", **here) == {"ResourceServer": made}
    changed = api.idp("UpdateResourceServer", **here, Name="API", Scopes=[WRITE, READ])["ResourceServer"]
    assert changed == here | {"Name": "API", "Scopes": [WRITE, READ]}
    assert api.idp("UpdateResourceServer", **here, Name="API")["ResourceServer"] == here | {"Name": "API"}
    assert api.idp("ListResourceServers", UserPoolId=pool)["ResourceServers"] == [here | {"Name": "API"}]
    assert api.idp("DeleteResourceServer", **here) == {}
    for operation, members in (
        ("DescribeResourceServer", {}),
        ("UpdateResourceServer", {"Name": "x"}),
        ("DeleteResourceServer", {}),
    ):
        told = ("ResourceNotFoundException", "Resource server https://api does not exist.")
        assert refusal(api, operation, **here, **members) == told


def test_identifiers_are_unique_in_their_pool_alone_and_case_tells_them_apart(api: Api, pool: str) -> None:
    a_server(api, pool, "api")
    words = "A resource server already exists with identifier api."
    again = refusal(api, "CreateResourceServer", UserPoolId=pool, Identifier="api", Name="x")
    assert again == ("InvalidParameterException", words)
    a_server(api, pool, "API")
    a_server(api, a_pool(api), "api")


def test_one_of_two_that_race_for_an_identifier_is_refused(api: Api, pool: str) -> None:
    def create(_: int) -> str:
        try:
            a_server(Api(api.http.application.test_client(), api.world), pool, "api")
        except Refused as refused:
            return refused.code
        return "made"

    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(create, range(4))) == ["InvalidParameterException"] * 3 + ["made"]


@pytest.mark.parametrize("identifier", ["aws.cognito", "aws.cognito/dcr", "aws.cognito.signin.user"])
def test_identifiers_of_cognito_itself_are_refused(api: Api, pool: str, identifier: str) -> None:
    refused = refusal(api, "CreateResourceServer", UserPoolId=pool, Identifier=identifier, Name="x")
    assert refused == ("InvalidParameterException", f"The identifier {identifier} is reserved.")


def test_a_scope_has_one_name_without_a_slash(api: Api, pool: str) -> None:
    here = {"UserPoolId": pool, "Identifier": "api", "Name": "api"}
    twice = refusal(api, "CreateResourceServer", **here, Scopes=[READ, READ])
    assert twice == ("InvalidParameterException", "The names of a resource server's scopes must be unique.")
    for name in ("a/b", "a b", 'a"b', ""):
        scope = {"ScopeName": name, "ScopeDescription": "x"}
        assert refusal(api, "CreateResourceServer", **here, Scopes=[scope])[0] == "InvalidParameterException"
    many = [{"ScopeName": f"s{number}", "ScopeDescription": "x"} for number in range(101)]
    assert refusal(api, "CreateResourceServer", **here, Scopes=many)[0] == "InvalidParameterException"
    assert api.idp("ListResourceServers", UserPoolId=pool)["ResourceServers"] == []


def test_twenty_five_are_enough(api: Api, pool: str) -> None:
    for number in range(25):
        a_server(api, pool, f"api{number}")
    refused = refusal(api, "CreateResourceServer", UserPoolId=pool, Identifier="api25", Name="x")
    assert refused == ("LimitExceededException", "A user pool cannot have more than 25 resource servers.")


def test_clients_allow_the_scopes_that_are_there(api: Api, pool: str) -> None:
    a_server(api, pool, "https://api", READ)
    other = a_pool(api)
    allowing = {"ClientName": "web", "AllowedOAuthScopes": ["openid", "https://api/read"]}
    made = api.idp("CreateUserPoolClient", UserPoolId=pool, **allowing)["UserPoolClient"]
    assert made["AllowedOAuthScopes"] == ["openid", "https://api/read"]
    words = "Invalid scope requested: https://api/read"
    told = ("ScopeDoesNotExistException", words)
    assert refusal(api, "CreateUserPoolClient", UserPoolId=other, **allowing) == told
    unknown = {"AllowedOAuthScopes": ["https://api/write"], "UserPoolId": pool, "ClientId": made["ClientId"]}
    refused = refusal(api, "UpdateUserPoolClient", **unknown)
    assert refused == ("ScopeDoesNotExistException", "Invalid scope requested: https://api/write")


def test_a_client_gets_the_scopes_that_it_allows_or_those_of_them_that_it_asks_for(api: Api, pool: str) -> None:
    a_server(api, pool, "api", READ, WRITE)
    service = a_service(api, pool, AllowedOAuthScopes=["api/read", "api/write"])
    assert scope_of(api, service) == "api/read api/write"
    assert scope_of(api, service, Scopes=["api/write", "api/write"]) == "api/write"
    asked = {"ClientId": service[0], "Secret": service[1], "Scopes": ["api/delete"]}
    told = ("InvalidParameterException", "Invalid scope requested: api/delete")
    assert refusal(api, "GetClientToken", **asked) == told


def test_a_client_loses_the_scopes_whose_resource_server_is_gone(api: Api, pool: str) -> None:
    a_server(api, pool, "api", READ, WRITE)
    service = a_service(api, pool, AllowedOAuthScopes=["api/read", "api/write"])
    api.idp("UpdateResourceServer", UserPoolId=pool, Identifier="api", Name="api", Scopes=[WRITE])
    assert scope_of(api, service) == "api/write"
    api.idp("DeleteResourceServer", UserPoolId=pool, Identifier="api")
    assert scope_of(api, service) == ""


def test_client_credentials_are_for_custom_scopes(api: Api, pool: str) -> None:
    a_server(api, pool, "api", READ)
    machine = {
        "UserPoolId": pool,
        "ClientName": "machine",
        "GenerateSecret": True,
        "AllowedOAuthFlows": ["client_credentials"],
        "AllowedOAuthFlowsUserPoolClient": True,
    }
    made = api.idp("CreateUserPoolClient", **machine, AllowedOAuthScopes=["api/read"])["UserPoolClient"]
    assert made["AllowedOAuthScopes"] == ["api/read"]
    refused = refusal(api, "CreateUserPoolClient", **machine, AllowedOAuthScopes=["openid", "api/read"])
    assert refused[0] == "InvalidOAuthFlowException"


def test_a_derived_token_is_for_a_resource_server_of_the_pool(api: Api, pool: str) -> None:
    a_server(api, pool, "https://api", READ)
    a_user(api, pool)
    token = sign_in(api, a_client(api, pool))["AccessToken"]
    exchanger = a_client(api, pool, ExplicitAuthFlows=EXCHANGE)
    derived = derive(api, exchanger, token, Resources=["https://api"])
    assert claims(derived["IssuedToken"])["aud"] == "https://api"
    a_server(api, a_pool(api), "https://elsewhere", READ)
    with pytest.raises(Refused, match=r"Resource server https://elsewhere does not exist\."):
        derive(api, exchanger, token, Resources=["https://elsewhere"])
