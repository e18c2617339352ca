"""Configuration that one process changes, and that another one has remembered: its next call has the new one."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.signing_in import refusal
from tests.builders import Api, Refused, a_client, a_pool, a_user, claims, sign_in
from tests.oauth.test_client_credentials import M2M, a_service, ask
from tests.shared.conftest import Serve


@pytest.fixture
def shop(here: Api) -> str:
    """A pool with a resource server."""
    pool = a_pool(here)
    scopes = [{"ScopeName": name, "ScopeDescription": name} for name in ("read", "write")]
    here.idp("CreateResourceServer", UserPoolId=pool, Identifier="shop", Name="shop", Scopes=scopes)
    return pool


def test_a_call_that_reads_has_the_new_settings(here: Api, there: Api) -> None:
    pool = a_pool(here)
    for name in ("one", "two", "three"):
        there.idp("UpdateUserPool", UserPoolId=pool, PoolName=name)
        for api in (here, here, there):
            assert api.idp("DescribeUserPool", UserPoolId=pool)["UserPool"]["Name"] == name


def test_a_sign_in_goes_by_the_new_settings_of_its_client(here: Api, there: Api) -> None:
    pool = a_pool(here)
    client = a_client(here, pool)
    a_user(here, pool)
    for _ in range(2):
        sign_in(here, client)
    there.idp("UpdateUserPoolClient", UserPoolId=pool, ClientId=client, ExplicitAuthFlows=["ALLOW_USER_SRP_AUTH"])
    with pytest.raises(Refused, match="USER_PASSWORD_AUTH flow not enabled for this client"):
        sign_in(here, client)
    there.idp("DeleteUserPoolClient", UserPoolId=pool, ClientId=client)
    assert (
        refusal(lambda: sign_in(here, client))
        == f"ResourceNotFoundException: User pool client {client} does not exist."
    )


def test_a_form_is_read_again_when_its_call_runs_again(here: Api, there: Api, shop: str) -> None:
    service = a_service(here, shop)

    def scopes() -> Any:
        status, body = ask(here, service)
        assert status == 200
        return claims(body["access_token"])["scope"]

    assert [scopes(), scopes()] == ["shop/read shop/write"] * 2
    changed = {name: value for name, value in M2M.items() if name != "GenerateSecret"} | {
        "AllowedOAuthScopes": ["shop/read"]
    }
    there.idp("UpdateUserPoolClient", UserPoolId=shop, ClientId=service[0], **changed)
    assert scopes() == "shop/read"


def test_a_pool_that_is_deleted_in_one_process_is_gone_in_the_other(here: Api, there: Api) -> None:
    pool = a_pool(here)
    keys = f"/{pool}/.well-known/jwks.json"
    assert [here.http.get(keys).status_code for _ in range(2)] == [200, 200]
    there.idp("DeleteUserPool", UserPoolId=pool)
    assert here.http.get(keys).status_code == 404
    assert refusal(lambda: here.idp("DescribeUserPool", UserPoolId=pool)).startswith("ResourceNotFoundException")


def test_a_fault_for_every_document_is_met_by_whom_has_remembered_all_that_it_shows(here: Api, there: Api) -> None:
    pool = a_pool(here)
    documents = (f"/{pool}/.well-known/jwks.json", "/.well-known/openid-configuration")
    for path in documents:
        assert [here.http.get(path).status_code for _ in range(2)] == [200, 200]
        there.http.post("/_emulator/faults", json={"operation": path, "exception": "server_error"})
        assert [here.http.get(path).status_code for _ in range(2)] == [500, 200]


def test_an_id_that_two_processes_draw_is_drawn_anew_by_one(serve: Serve) -> None:
    """Their sources of randomness begin alike here."""
    servers = [serve() for _ in range(3)]
    pools = [a_pool(api) for api in servers]
    assert len(set(pools)) == 3
    clients = [a_client(api, pools[0]) for api in [*servers, *(serve() for _ in range(3))]]
    assert len(set(clients)) == 6
