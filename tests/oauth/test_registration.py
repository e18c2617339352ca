"""`/oauth2/register`: dynamic client registration, open and with an access token."""

from __future__ import annotations

from typing import Any

import pytest

from storage.store import Store
from tests.api.exchange import a_service
from tests.builders import Api, a_pool, a_user, claims, refusal
from tests.oauth.browser import CALLBACK, OPEN_ID, Browser, basic

OPEN = {"EnableStatus": "Enabled", "OpenDcrEnabled": True}
DISABLED = {"error": "invalid_request", "error_description": "Dynamic client registration is not enabled."}
REGISTER = "aws.cognito/dcr/register"


def register(api: Api, pool: str, token: str | None = None, **members: Any) -> tuple[int, dict[str, Any]]:
    """Register a client."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    given = {"redirect_uris": [CALLBACK], "client_name": "Tool", **members}
    answer = api.http.post(f"/oauth2/register?pool={pool}", json=given, headers=headers)
    return answer.status_code, dict(answer.get_json())


def test_a_registered_client_is_an_app_client(api: Api, store: Store) -> None:
    pool = a_pool(api, DcrConfiguration=OPEN)
    status, made = register(api, pool)
    assert status == 201
    client, secret = made.pop("client_id"), made.pop("client_secret")
    now = int(api.world.clock.now())
    assert made == {
        "client_secret_expires_at": 0,
        "client_id_issued_at": now,
        "client_name": "Tool",
        "redirect_uris": [CALLBACK],
        "grant_types": ["authorization_code"],
        "response_types": ["code"],
        "token_endpoint_auth_method": "client_secret_basic",
        "scope": " ".join(OPEN_ID),
    }
    described = api.idp("DescribeUserPoolClient", UserPoolId=pool, ClientId=client)["UserPoolClient"]
    assert (described["ClientType"], described["AllowedOAuthFlows"]) == ("DCR", ["code"])
    a_user(api, pool)
    browser = Browser(api, store, pool, client)
    browser.sign_in()
    form = {"grant_type": "authorization_code", "redirect_uri": CALLBACK, "code": browser.code()}
    assert browser.token(basic(client, secret), **form).status_code == 200


def test_a_public_client_gets_no_secret(api: Api) -> None:
    made = register(api, a_pool(api, DcrConfiguration=OPEN), token_endpoint_auth_method="none")[1]
    assert not made.keys() & {"client_secret", "client_secret_expires_at"}


def test_clients_are_listed_by_their_type_and_take_no_second_secret(api: Api) -> None:
    pool = a_pool(api, DcrConfiguration=OPEN)
    a_service(api, pool)
    client = register(api, pool)[1]["client_id"]
    listed = api.idp("ListUserPoolClients", UserPoolId=pool, ClientType="DCR")["UserPoolClients"]
    assert [each["ClientId"] for each in listed] == [client]
    assert len(api.idp("ListUserPoolClients", UserPoolId=pool, ClientType="REGULAR")["UserPoolClients"]) == 1
    assert refusal(api, "AddUserPoolClientSecret", UserPoolId=pool, ClientId=client)[0] == "InvalidParameterException"


@pytest.mark.parametrize("configuration", [None, {"EnableStatus": "Disabled", "OpenDcrEnabled": True}])
def test_a_pool_without_it_has_no_endpoint(api: Api, configuration: Any) -> None:
    pool = a_pool(api, **({"DcrConfiguration": configuration} if configuration else {}))
    assert register(api, pool) == (404, DISABLED)
    assert "registration_endpoint" not in api.http.get(f"/{pool}/.well-known/openid-configuration").get_json()
    assert register(api, "us-east-1_Nothing") == (404, DISABLED)


def test_discovery_names_an_endpoint_that_works(api: Api) -> None:
    pool = a_pool(api, DcrConfiguration=OPEN)
    path = f"/{pool}/.well-known/openid-configuration"
    url = api.http.get(path).get_json()["registration_endpoint"]
    assert url == f"http://localhost/oauth2/register?pool={pool}"
    api.idp("CreateUserPoolDomain", UserPoolId=pool, Domain="shop")
    base = "http://shop.auth.us-east-1.localhost:26464"
    assert api.http.get(path, base_url=base).get_json()["registration_endpoint"] == f"{base}/oauth2/register"
    answer = api.http.post("/oauth2/register", base_url=base, json={"redirect_uris": [CALLBACK]})
    assert answer.status_code == 201


def a_registrar(api: Api, pool: str) -> str:
    """The access token of a client that may register others."""
    service, secret = a_service(api, pool)
    return str(token_for(api, service, secret))


def token_for(api: Api, service: str, secret: str) -> str:
    form = {"grant_type": "client_credentials", "client_id": service, "client_secret": secret, "scope": REGISTER}
    return str(api.http.post("/oauth2/token", data=form).get_json()["access_token"])


def test_without_open_registration_an_access_token_is_needed(api: Api) -> None:
    pool = a_pool(api, DcrConfiguration={"EnableStatus": "Enabled"})
    assert register(api, pool) == (401, {"error": "invalid_token"})
    assert register(api, pool, "x") == (401, {"error": "invalid_token"})
    service, secret = a_service(api, pool, AllowedOAuthScopes=[REGISTER])
    token = token_for(api, service, secret)
    assert claims(token)["scope"] == REGISTER
    assert register(api, pool, token)[0] == 201
    assert register(api, a_pool(api, DcrConfiguration=OPEN), token) == (401, {"error": "invalid_token"})


@pytest.mark.parametrize(
    ("members", "error"),
    [
        ({"grant_types": ["client_credentials"]}, "invalid_client_metadata"),
        ({"grant_types": ["password"]}, "invalid_client_metadata"),
        ({"grant_types": []}, "invalid_client_metadata"),
        ({"grant_types": "authorization_code"}, "invalid_client_metadata"),
        ({"redirect_uris": []}, "invalid_redirect_uri"),
        ({"redirect_uris": ["http://app.example.com/"]}, "invalid_redirect_uri"),
        ({"redirect_uris": ["javascript:alert(1)"]}, "invalid_redirect_uri"),
        ({"redirect_uris": [f"{CALLBACK}#x"]}, "invalid_redirect_uri"),
        ({"redirect_uris": [f"{CALLBACK}\r\nSet-Cookie: x"]}, "invalid_redirect_uri"),
        ({"redirect_uris": [f"{CALLBACK}\0"]}, "invalid_redirect_uri"),
        ({"redirect_uris": [f"{CALLBACK}{'x' * 1024}"]}, "invalid_redirect_uri"),
        ({"client_name": "a\0b"}, "invalid_client_metadata"),
        ({"redirect_uris": [7]}, "invalid_client_metadata"),
        ({"scope": "openid shop/read"}, "invalid_client_metadata"),
        ({"scope": REGISTER}, "invalid_client_metadata"),
        ({"token_endpoint_auth_method": "private_key_jwt"}, "invalid_client_metadata"),
        ({"client_name": "n" * 129}, "invalid_client_metadata"),
        ({"client_name": 7}, "invalid_client_metadata"),
        ({"client_name": "\ud800"}, "invalid_client_metadata"),
    ],
)
def test_a_client_that_the_pool_does_not_allow_is_refused(api: Api, members: dict[str, Any], error: str) -> None:
    pool = a_pool(api, DcrConfiguration=OPEN)
    status, body = register(api, pool, **members)
    assert (status, body["error"]) == (400, error)
    assert api.idp("ListUserPoolClients", UserPoolId=pool)["UserPoolClients"] == []


@pytest.mark.parametrize("data", [b"", b"[]", b"{", b"\xff", b"[" * 100_000, b'{"a":' * 20_000])
def test_what_is_no_document_is_refused(api: Api, data: bytes) -> None:
    pool = a_pool(api, DcrConfiguration=OPEN)
    answer = api.http.post(f"/oauth2/register?pool={pool}", data=data, content_type="application/json")
    assert (answer.status_code, answer.get_json()["error"]) == (400, "invalid_client_metadata")
