"""Identity pools by boto3: what docs/identity-pools.md says, and another server as an OIDC provider."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import jwt
import pytest

from tests.builders import FLOWS
from tests.sdk.conftest import Server, Start

PAGE = Path(__file__).resolve().parents[2] / "docs/identity-pools.md"
DEFAULT = "http://127.0.0.1:26464"
PASSWORD = "Correct-Horse-1"
ROLES = {name: f"arn:aws:iam::000000000000:role/{name}" for name in ("authenticated", "unauthenticated")}


def test_what_the_page_says_is_run(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_COGNITO_IDENTITY", server.url)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "000000000000")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    defined: dict[str, Any] = {}
    blocks = re.findall(r"^```python\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    for code in blocks:
        exec(compile(code.replace(DEFAULT, server.url), PAGE.name, "exec"), defined)
    assert len(blocks) == 2
    assert defined["keys"]["AccessKeyId"].startswith("ASIA")
    assert (defined["claims"]["sub"], defined["claims"]["amr"]) == (defined["identity"], ["unauthenticated"])


def a_token(issuer: Server) -> tuple[str, str]:
    """The id of a pool on a server, and an ID token of one of its users."""
    idp = issuer.client("cognito-idp")
    pool = idp.create_user_pool(PoolName="corp")["UserPool"]["Id"]
    client = idp.create_user_pool_client(UserPoolId=pool, ClientName="web", ExplicitAuthFlows=FLOWS)
    idp.admin_create_user(UserPoolId=pool, Username="ana", MessageAction="SUPPRESS")
    idp.admin_set_user_password(UserPoolId=pool, Username="ana", Password=PASSWORD, Permanent=True)
    parameters = {"USERNAME": "ana", "PASSWORD": PASSWORD}
    signed_in = idp.initiate_auth(
        ClientId=client["UserPoolClient"]["ClientId"], AuthFlow="USER_PASSWORD_AUTH", AuthParameters=parameters
    )
    return pool, signed_in["AuthenticationResult"]["IdToken"]


def test_another_server_is_an_oidc_provider(start: Start) -> None:
    server, issuer = start("--ephemeral"), start("--ephemeral")
    user_pool, token = a_token(issuer)
    name = f"{issuer.url.partition('://')[2]}/{user_pool}"
    identities = server.client("cognito-identity")
    pool = identities.create_identity_pool(
        IdentityPoolName="app",
        AllowUnauthenticatedIdentities=True,
        OpenIdConnectProviderARNs=[f"arn:aws:iam::000000000000:oidc-provider/{name}"],
    )["IdentityPoolId"]
    identities.set_identity_pool_roles(IdentityPoolId=pool, Roles=ROLES)
    logins = {name: token}
    with ThreadPoolExecutor(8) as callers:
        asked = [callers.submit(identities.get_id, IdentityPoolId=pool, Logins=logins) for _ in range(24)]
        found = {each.result()["IdentityId"] for each in asked}
    assert len(found) == 1
    [identity] = found
    keys = identities.get_credentials_for_identity(IdentityId=identity, Logins=logins)["Credentials"]
    sts = server.client(
        "sts",
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretKey"],
        aws_session_token=keys["SessionToken"],
    )
    assert sts.get_caller_identity()["Arn"].endswith("assumed-role/authenticated/CognitoIdentityCredentials")
    own = identities.get_open_id_token(IdentityId=identity, Logins=logins)["Token"]
    published = jwt.PyJWKClient(f"{server.url}/.well-known/jwks_uri").get_signing_key_from_jwt(own)
    claims = jwt.decode(own, published, ["RS512"], audience=pool)
    assert claims["amr"][:2] == ["authenticated", name]
    issuer.stop()
    other = identities.get_id(IdentityPoolId=pool, Logins=logins)  # the keys are cached
    assert other["IdentityId"] == identity
