"""Client secrets in a Secrets Manager beside the server, moto's, as an application reads them with boto3."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Any
from urllib.request import Request, urlopen

import boto3
import pytest
from moto.server import ThreadedMotoServer

from tests.api.signing_in import proof
from tests.builders import PASSWORD
from tests.sdk.conftest import Server, Start

MOTOS = "123456789012"
"""The account of moto's resources."""


@pytest.fixture
def moto(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The URL of a running moto."""
    monkeypatch.setattr(logging.getLogger("werkzeug"), "disabled", True)
    running = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    running.start()
    host, port = running.get_host_and_port()
    yield f"http://{host}:{port}"
    running.stop()


class Application:
    """A backend that has the ARN of its client's secret, and signs its requests with what Secrets Manager gives."""

    def __init__(self, server: Server, moto: str, pool: str, client: dict[str, Any]) -> None:
        self.server = server
        self.idp = server.client("cognito-idp")
        keys = {"aws_access_key_id": "local", "aws_secret_access_key": "local"}
        self.manager = boto3.client("secretsmanager", endpoint_url=moto, region_name="us-east-1", **keys)
        self.pool, self.client, self.arn = pool, client["ClientId"], client["ClientSecretArn"]

    def secret(self, label: str = "AWSCURRENT") -> dict[str, str]:
        """The published secret."""
        value = self.manager.get_secret_value(SecretId=self.arn, VersionStage=label)
        return dict(json.loads(value["SecretString"]))

    def sign_in(self, secret: str) -> str:
        """Sign Ana in; answers her access token."""
        proven = {"SECRET_HASH": proof("ana", self.client, secret)}
        parameters = {"USERNAME": "ana", "PASSWORD": PASSWORD, **proven}
        members = {"ClientId": self.client, "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": parameters}
        return str(self.idp.initiate_auth(**members)["AuthenticationResult"]["AccessToken"])

    def control(self, path: str, body: dict[str, str] | None = None) -> dict[str, Any]:
        """Call a control endpoint."""
        data = json.dumps(body or {}).encode()
        with urlopen(Request(f"{self.server.url}/_emulator/{path}", data, method="POST"), timeout=30) as answer:
            return dict(json.load(answer))


def an_application(server: Server, moto: str, pool: str = "", client: str = "") -> Application:
    """A pool with Ana and a client whose secret is published, with these ids if they are given."""
    idp = server.client("cognito-idp")
    tags = {"cognito-emulator:id": pool} if pool else {}
    pool = idp.create_user_pool(PoolName="shop", UserPoolTags=tags)["UserPool"]["Id"]
    idp.admin_create_user(UserPoolId=pool, Username="ana", MessageAction="SUPPRESS")
    idp.admin_set_user_password(UserPoolId=pool, Username="ana", Password=PASSWORD, Permanent=True)
    members = {"GenerateSecret": True, "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"]}
    made = idp.create_user_pool_client(
        UserPoolId=pool,
        ClientName=f"_custom_id_:{client}" if client else "backend",
        PublishSecretsInAWSSecretsManager=True,
        **members,
    )
    return Application(server, moto, pool, made["UserPoolClient"])


def test_a_backend_reads_its_secret_by_arn_and_signs_with_it_before_and_after_rotations(
    start: Start, moto: str
) -> None:
    server = start("--ephemeral", "--secrets-endpoint", moto, "--account-id", MOTOS)
    app = an_application(server, moto)
    assert app.arn.startswith(f"arn:aws:secretsmanager:us-east-1:{MOTOS}:secret:cognito/{app.pool}/{app.client}-")
    first = app.secret()
    assert (first["userPoolId"], first["userPoolClientId"]) == (app.pool, app.client)
    assert app.sign_in(first["clientSecretValue"])
    app.control("clock", {"advance": "7d1s"})
    assert app.secret("AWSPREVIOUS") == first
    second = app.secret()
    assert second != first
    for secret in (first, second):
        assert app.sign_in(secret["clientSecretValue"])
    assert app.control(f"rotate-secret?client={app.client}") == {"arn": app.arn}
    assert app.secret("AWSPREVIOUS") == second
    assert app.sign_in(app.secret()["clientSecretValue"])
    with pytest.raises(app.idp.exceptions.NotAuthorizedException):
        app.sign_in(first["clientSecretValue"])
    app.idp.delete_user_pool_client(UserPoolId=app.pool, ClientId=app.client)
    with pytest.raises(app.manager.exceptions.ResourceNotFoundException):
        app.secret()
    logged = server.log.read_text()
    assert not [secret for secret in (first, second) if secret["clientSecretValue"] in logged]


def test_a_secret_goes_back_and_forth(start: Start, moto: str) -> None:
    server = start("--ephemeral", "--secrets-endpoint", moto, "--account-id", MOTOS)
    app = an_application(server, moto)
    published = app.secret()["clientSecretValue"]
    named = {"UserPoolId": app.pool, "ClientId": app.client, "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"]}
    back = app.idp.update_user_pool_client(**named, PublishSecretsInAWSSecretsManager=False)["UserPoolClient"]
    assert back["ClientSecret"] == published
    with pytest.raises(app.manager.exceptions.ResourceNotFoundException):
        app.secret()
    forth = app.idp.update_user_pool_client(**named, PublishSecretsInAWSSecretsManager=True)["UserPoolClient"]
    app.arn = forth["ClientSecretArn"]
    for secret in (published, app.secret()["clientSecretValue"]):
        assert app.sign_in(secret)


def test_what_an_earlier_server_left_under_the_same_ids_is_taken_over(start: Start, moto: str) -> None:
    pinned = {"pool": "us-east-1_Example01", "client": "1example23456789"}
    first = an_application(start("--ephemeral", "--secrets-endpoint", moto, "--account-id", MOTOS), moto, **pinned)
    first.manager.delete_secret(SecretId=first.arn, RecoveryWindowInDays=7)
    second = an_application(start("--ephemeral", "--secrets-endpoint", moto, "--account-id", MOTOS), moto, **pinned)
    assert (second.pool, second.client) == ("us-east-1_Example01", "1example23456789")
    assert second.sign_in(second.secret()["clientSecretValue"])


def test_a_published_secret_works_after_a_restart_without_secrets_manager(
    start: Start, moto: str, tmp_path: Any
) -> None:
    data = ("--data", str(tmp_path / "data"))
    server = start(*data, "--secrets-endpoint", moto, "--account-id", MOTOS)
    app = an_application(server, moto)
    secret = app.secret()["clientSecretValue"]
    assert server.stop() == 0
    again = start(*data)
    app.server, app.idp = again, again.client("cognito-idp")
    assert app.sign_in(secret)
    shown = app.idp.describe_user_pool_client(UserPoolId=app.pool, ClientId=app.client)["UserPoolClient"]
    assert (shown["ClientSecretArn"], "ClientSecret" in shown) == (app.arn, False)
    named = {"UserPoolId": app.pool, "ClientId": app.client}
    with pytest.raises(app.idp.exceptions.ClientError, match="--secrets-endpoint"):
        app.idp.update_user_pool_client(**named, PublishSecretsInAWSSecretsManager=False)
