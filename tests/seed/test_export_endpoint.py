"""GET /_emulator/export as callers meet it."""

from __future__ import annotations

import gc
import logging
from pathlib import Path

import pytest

from emulator.seed import files
from emulator.settings import Settings
from storage.store import Store
from tests.builders import Api
from tests.seed.documents import CLIENT, POOL, one_pool, sow

TWO = {
    "user_pools": [
        *one_pool(clients=[{"ClientId": CLIENT, "ClientName": "web", "ClientSecret": "s" * 30}])["user_pools"]
    ],
    "identity_pools": [
        {
            "IdentityPoolId": "us-east-1:12345678-1234-1234-1234-123456789012",
            "IdentityPoolName": "app",
            "AllowUnauthenticatedIdentities": True,
        }
    ],
    "people": [{"sub": "ana"}],
}
STAND_IN = {
    "ProviderName": "Stand",
    "ProviderType": "OIDC",
    "ProviderDetails": {
        "client_id": "a",
        "authorize_scopes": "openid",
        "attributes_request_method": "GET",
        "oidc_issuer": "http://localhost:26464/_emulator/idp/oidc",
    },
}


@pytest.mark.parametrize(
    ("query", "accept", "content_type", "name", "begins"),
    [
        ("", "*/*", "application/json", "seed.json", "{"),
        ("", "application/yaml", "application/yaml", "seed.yaml", "user_pools:\n- Id: us-east-1_Example01\n"),
        ("?format=yaml", "application/json", "application/yaml", "seed.yaml", "user_pools:"),
        ("?format=json", "application/yaml", "application/json", "seed.json", "{"),
        ("?portable=true", "*/*", "application/json", "seed-portable.json", '{"_portable": "This export holds secrets'),
        (f"?pool={POOL}&format=yaml", "*/*", "application/yaml", f"seed-{POOL}.yaml", "user_pools:"),
    ],
)
def test_an_export_is_a_file(api: Api, query: str, accept: str, content_type: str, name: str, begins: str) -> None:
    sow(api, TWO)
    answer = api.http.get(f"/_emulator/export{query}", headers={"Accept": accept})
    assert (answer.status_code, answer.mimetype) == (200, content_type)
    assert answer.headers["Content-Disposition"] == f"attachment; filename={name}"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.text.startswith(begins)
    assert ("people" in answer.text) == ("pool=" not in query)
    assert ("s" * 30 in answer.text) == ("portable" in query)


@pytest.mark.parametrize(
    ("query", "status", "told"),
    [
        ("pool=x", 404, "pool: there is no pool x"),
        ("format=xml", 400, "format: 'xml' is neither json nor yaml"),
        ("portable=yes", 400, "portable: 'yes' is neither true nor false"),
        ("pools=x", 400, "unknown parameter pools; known are pool, portable, format"),
    ],
)
def test_what_nobody_can_have_is_refused(api: Api, query: str, status: int, told: str) -> None:
    answer = api.http.get(f"/_emulator/export?{query}")
    assert (answer.status_code, answer.get_json()) == (status, {"error": told})


def test_a_page_of_another_site_gets_no_export(api: Api) -> None:
    assert api.http.get("/_emulator/export", headers={"Origin": "https://evil.example"}).status_code == 403


def test_a_portable_export_is_in_the_log(api: Api, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "cognito_emulator"):
        api.http.get("/_emulator/export")
        assert caplog.messages == []
        api.http.get("/_emulator/export?portable=true")
    assert caplog.messages == [
        "an export was handed out that has secrets in clear text: /_emulator/export?portable=true"
    ]


def test_half_an_export_does_not_go_in(api: Api) -> None:
    sow(api, TWO)
    text = api.http.get("/_emulator/export").text
    answer = api.http.post("/_emulator/seed", data=text[: len(text) // 2], content_type="application/json")
    assert answer.status_code == 400


def test_an_export_of_nothing_goes_in(api: Api) -> None:
    assert api.http.get("/_emulator/export?format=yaml").text == "{}\n"
    assert sow(api, "{}\n")["created"] == 0


def test_a_provider_of_this_very_server_is_found_at_the_start(api: Api, store: Store, tmp_path: Path) -> None:
    sow(api, one_pool())
    (tmp_path / "seed.json").write_text(str(one_pool(identity_providers=[STAND_IN])).replace("'", '"'))
    files.apply(Settings(ephemeral=True, seed=(tmp_path / "seed.json",)), api.world, store)
    found = api.idp("DescribeIdentityProvider", UserPoolId=POOL, ProviderName="Stand")["IdentityProvider"]
    assert found["ProviderDetails"]["token_url"].startswith("http://localhost:26464/_emulator/idp/oidc/")


@pytest.mark.filterwarnings("error")
def test_the_file_of_an_export_is_closed_though_nobody_reads_it(api: Api) -> None:
    response = api.http.head("/_emulator/export")
    assert (response.status_code, response.data) == (200, b"")
    response.close()
    del response
    gc.collect()
