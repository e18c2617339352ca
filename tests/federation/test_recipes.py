"""The blocks of docs/federation-oidc.md, run against a real server."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.federation.upstream import Upstream
from tests.sdk.conftest import Server

PAGE = Path(__file__).resolve().parents[2] / "docs" / "federation-oidc.md"
BLOCK = re.compile(r"^```python\n(.*?)^```", re.DOTALL | re.MULTILINE)


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    """The URL of a server that nothing was done to."""
    server = Server("--ephemeral", log=tmp_path / "server.log")
    yield server.url.replace("127.0.0.1", "localhost")
    server.stop()


def test_the_providers_of_the_page_are_made(url: str, corp: Upstream) -> None:
    code = "\n".join(BLOCK.findall(PAGE.read_text(encoding="utf-8")))
    code = code.replace("http://localhost:26464", url).replace("http://localhost:8080/realms/example", corp.url)
    names: dict[str, Any] = {}
    exec(compile(code, PAGE.name, "exec"), names)
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
