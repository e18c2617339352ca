"""The blocks of the pages about federation, run against a real server."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.builders import claims
from tests.federation.upstream import Upstream
from tests.sdk.conftest import Server

DOCS = Path(__file__).resolve().parents[2] / "docs"
PLACES = {"server": "http://localhost:26464", "keycloak": "http://localhost:8080/realms/example"}
BLOCK = re.compile(r"^```python\n(.*?)^```", re.DOTALL | re.MULTILINE)


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    """The URL of a server that nothing was done to."""
    server = Server("--ephemeral", log=tmp_path / "server.log")
    yield server.url.replace("127.0.0.1", "localhost")
    server.stop()


def run(page: str, **places: str) -> dict[str, Any]:
    """Run the blocks of a page, with other URLs in the place of those that it names; answers their names."""
    code = "\n".join(BLOCK.findall((DOCS / page).read_text(encoding="utf-8")))
    for named, real in places.items():
        code = code.replace(PLACES[named], real)
    names: dict[str, Any] = {}
    exec(compile(code, page, "exec"), names)
    return names


def test_the_first_sign_in_ends_with_the_attributes_of_a_person_of_the_stand_in(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    names = run("federation.md", server=url)
    opened, told = capsys.readouterr().out.splitlines()
    assert "Noor Haddad" in requests.get(opened, timeout=60).text, "the page that the reader is told to open"
    assert claims(names["tokens"]["id_token"])["email"] == "noor@example.com"
    assert "'username': 'Google_100000000000000000001'" in told


def test_the_providers_of_the_page_are_made(url: str, corp: Upstream) -> None:
    names = run("federation-oidc.md", server=url, keycloak=corp.url)
    idp, pool = names["idp"], names["POOL"]
    made = idp.list_identity_providers(UserPoolId=pool)["Providers"]
    details = {
        entry["ProviderName"]: idp.describe_identity_provider(UserPoolId=pool, ProviderName=entry["ProviderName"])[
            "IdentityProvider"
        ]["ProviderDetails"]
        for entry in made
    }
    assert sorted(details) == ["Corp", "Google", "Keycloak", "SignInWithApple"]
    assert details["Keycloak"]["token_url"] == f"{corp.url}/token"
    assert details["Corp"]["token_url"] == f"{url}/oauth2/token"
    assert details["Google"]["token_url"] == "https://www.googleapis.com/oauth2/v4/token"


def test_the_saml_provider_of_the_page_is_the_stand_in(url: str) -> None:
    names = run("federation-saml.md", server=url)
    made = names["idp"].describe_identity_provider(UserPoolId=names["POOL"], ProviderName="Corp")["IdentityProvider"]
    assert made["ProviderDetails"]["SSORedirectBindingURI"] == f"{url}/_emulator/idp/saml/sso"
