"""A pool of the same server as another pool's provider: the server asks itself, whatever the browser's URL of it is."""

from __future__ import annotations

from typing import Any

import boto3
import pytest

from tests.https.conftest import Secure


def a_provider(idp: Any, base: str) -> dict[str, str]:
    """ProviderDetails of a provider that is another pool, whose endpoints were discovered at its issuer."""
    pool = idp.create_user_pool(PoolName="corp")["UserPool"]["Id"]
    details = {
        "client_id": "app",
        "client_secret": "any",
        "authorize_scopes": "openid",
        "oidc_issuer": f"{base}/{pool}",
        "attributes_request_method": "GET",
    }
    made = idp.create_identity_provider(
        UserPoolId=pool, ProviderName="Corp", ProviderType="OIDC", ProviderDetails=details
    )
    found: dict[str, str] = made["IdentityProvider"]["ProviderDetails"]
    assert found["jwks_uri"] == f"{base}/{pool}/.well-known/jwks.json"
    return found


def client(url: str, **options: Any) -> Any:
    keys = {"aws_access_key_id": "local", "aws_secret_access_key": "local"}
    return boto3.client("cognito-idp", endpoint_url=url, region_name="us-east-1", **keys, **options)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_a_server_with_a_certificate_that_it_does_not_trust_itself(shared: Secure, host: str) -> None:
    base = f"https://{host}:{shared.port}"
    assert a_provider(client(base, verify=str(shared.ca)), base)["token_url"] == f"{base}/oauth2/token"


def test_a_server_behind_a_port_that_leads_nowhere_from_where_it_runs(shared: Secure) -> None:
    """As of a container: the host in the request has another port than the one that the server listens on."""
    idp = client(shared.server.url)

    def published(request: Any, **_: Any) -> None:
        request.headers["Host"] = "localhost:9"

    idp.meta.events.register("before-send.*", published)
    for name in ("localhost", "corp.auth.us-east-1.localhost"):
        assert a_provider(idp, f"http://{name}:9")["token_url"] == f"http://{name}:9/oauth2/token"
