"""grant_type=client_credentials: scopes, clients that may not use it, and PreTokenGeneration V3_0."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.recorded_functions import ARN, Recorder, answering, refusing
from tests.builders import Api, a_client, a_pool, claims

SCOPES = ["shop/read", "shop/write"]
M2M: dict[str, Any] = {
    "GenerateSecret": True,
    "AllowedOAuthFlowsUserPoolClient": True,
    "AllowedOAuthFlows": ["client_credentials"],
    "AllowedOAuthScopes": SCOPES,
}


@pytest.fixture
def pool(api: Api) -> str:
    """A pool with a resource server of three scopes."""
    pool = a_pool(api)
    scopes = [{"ScopeName": name, "ScopeDescription": name} for name in ("read", "write", "delete")]
    api.idp("CreateResourceServer", UserPoolId=pool, Identifier="shop", Name="shop", Scopes=scopes)
    return pool


def a_service(api: Api, pool: str, **members: Any) -> tuple[str, str]:
    """A client for itself: its id and secret."""
    made = api.idp("CreateUserPoolClient", UserPoolId=pool, ClientName="service", **M2M | members)["UserPoolClient"]
    return made["ClientId"], made.get("ClientSecret", "")


def ask(api: Api, service: tuple[str, str], **form: str) -> tuple[int, dict[str, Any]]:
    """Ask for a token."""
    given = {"grant_type": "client_credentials", "client_id": service[0], "client_secret": service[1], **form}
    answer = api.http.post("/oauth2/token", data={name: value for name, value in given.items() if value})
    return answer.status_code, dict(answer.get_json())


def test_a_client_gets_a_token_for_itself(api: Api, pool: str) -> None:
    service = a_service(api, pool)
    status, body = ask(api, service)
    assert status == 200
    assert body.keys() == {"access_token", "expires_in", "token_type"}
    said = claims(body["access_token"])
    assert said["sub"] == said["client_id"] == service[0]
    assert (said["scope"], said["version"], said["token_use"]) == (" ".join(SCOPES), 2, "access")
    assert not said.keys() & {"username", "origin_jti", "event_id", "cognito:groups"}


def test_a_client_gets_the_scopes_that_it_asks_for(api: Api, pool: str) -> None:
    body = ask(api, a_service(api, pool), scope="shop/write shop/write offline_access")[1]
    assert claims(body["access_token"])["scope"] == "shop/write"


def test_a_client_whose_only_flow_is_that_of_the_api_may_use_it(api: Api, pool: str) -> None:
    members = {"AllowedOAuthFlowsUserPoolClient": False, "AllowedOAuthFlows": []}
    service = a_service(api, pool, **members, ExplicitAuthFlows=["ALLOW_CLIENT_TOKEN_AUTH"])
    assert ask(api, service, scope="shop/read")[0] == 200


@pytest.mark.parametrize(
    ("scope", "error"),
    [
        ("shop/delete", "invalid_grant"),
        ("shop/read shop/delete", "invalid_grant"),
        ("shop/nothing", "invalid_scope"),
        ("shop", "invalid_scope"),
        ("openid", "invalid_scope"),
        ("aws.cognito.signin.user.admin", "invalid_scope"),
        ("offline_access", "invalid_scope"),
        ("é", "invalid_scope"),
    ],
)
def test_one_scope_that_it_may_not_have_refuses_all(api: Api, pool: str, scope: str, error: str) -> None:
    assert ask(api, a_service(api, pool), scope=scope) == (400, {"error": error})


def test_scopes_that_no_resource_server_has_any_more_are_dropped(api: Api, pool: str) -> None:
    service = a_service(api, pool)
    scope = {"ScopeName": "read", "ScopeDescription": "Reading"}
    api.idp("UpdateResourceServer", UserPoolId=pool, Identifier="shop", Name="shop", Scopes=[scope])
    assert claims(ask(api, service)[1]["access_token"])["scope"] == "shop/read"
    api.idp("DeleteResourceServer", UserPoolId=pool, Identifier="shop")
    assert ask(api, service) == (400, {"error": "invalid_scope"})


def test_a_client_that_may_not_use_it_is_refused(api: Api, pool: str) -> None:
    off = a_service(api, pool, AllowedOAuthFlowsUserPoolClient=False)
    assert ask(api, off) == (400, {"error": "invalid_grant"})
    code = {"AllowedOAuthFlows": ["code"], "CallbackURLs": ["https://app.example.com/"]}
    assert ask(api, a_service(api, pool, **code)) == (400, {"error": "unauthorized_client"})
    assert ask(api, (a_client(api, pool), "")) == (400, {"error": "invalid_grant"})


NO_METADATA = ["{", "[]", "7", '{"a": 1}', '{"a": null}', "null", "[" * 10_000, r'{"a": "\ud800"}', r'{"\udfff": ""}']


@pytest.mark.parametrize("text", NO_METADATA)
def test_metadata_that_is_no_object_of_strings_is_refused(api: Api, pool: str, text: str) -> None:
    answer = ask(api, a_service(api, pool), aws_client_metadata=text)
    assert answer == (400, {"error": "invalid_request"})


def with_trigger(api: Api, pool: str, version: str) -> None:
    """Let the pool call PreTokenGeneration."""
    trigger = {"LambdaArn": f"{ARN}PreTokenGeneration", "LambdaVersion": version}
    api.idp("UpdateUserPool", UserPoolId=pool, LambdaConfig={"PreTokenGenerationConfig": trigger})


def test_the_function_sees_the_metadata_and_changes_the_token(api: Api, pool: str, recorder: Recorder) -> None:
    with_trigger(api, pool, "V3_0")
    access = {"claimsToAddOrOverride": {"plan": "gold"}, "scopesToSuppress": ["shop/write"]}
    recorder.on("PreTokenGeneration", answering(claimsAndScopeOverrideDetails={"accessTokenGeneration": access}))
    said = claims(ask(api, a_service(api, pool), aws_client_metadata='{"shop": "7"}')[1]["access_token"])
    assert (said["plan"], said["scope"]) == ("gold", "shop/read")
    [event] = recorder.events
    assert event["triggerSource"] == "TokenGeneration_ClientCredentials"
    assert event["userName"] == "ClientCredentials"
    assert event["request"] == {
        "userAttributes": {},
        "groupConfiguration": None,
        "scopes": SCOPES,
        "clientMetadata": {"shop": "7"},
    }


def test_older_versions_of_the_event_are_not_called(api: Api, pool: str, recorder: Recorder) -> None:
    with_trigger(api, pool, "V2_0")
    recorder.on("PreTokenGeneration", refusing("No"))
    assert ask(api, a_service(api, pool))[0] == 200
    assert recorder.events == []


def test_a_failure_of_the_function_is_told(api: Api, pool: str, recorder: Recorder) -> None:
    with_trigger(api, pool, "V3_0")
    recorder.on("PreTokenGeneration", refusing("No"))
    told = {"error": "invalid_request", "error_description": "PreTokenGeneration failed with error No."}
    assert ask(api, a_service(api, pool)) == (400, told)
