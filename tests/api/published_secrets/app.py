"""An application with an app client whose secrets are in Secrets Manager."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from tests.api.signing_in import proof
from tests.builders import FLOWS, PASSWORD, Api, Refused, a_client, a_pool, a_user
from tests.secrets_manager import LocalSecretsManager

MEMBER = "PublishSecretsInAWSSecretsManager"
MANAGED = "InvalidParameterException: The app client's secrets are managed in AWS Secrets Manager."


class App(Struct):
    """A pool with Ana, an app client, and the Secrets Manager."""

    api: Api
    manager: LocalSecretsManager
    pool: str
    client: str

    def shown(self) -> dict[str, Any]:
        """The client, as DescribeUserPoolClient has it."""
        return dict(self.api.idp("DescribeUserPoolClient", **self.named)["UserPoolClient"])

    def update(self, publishes: bool | None = None, **members: Any) -> dict[str, Any]:
        """Update the client; answers it."""
        given = {"ExplicitAuthFlows": FLOWS, **({} if publishes is None else {MEMBER: publishes}), **members}
        return dict(self.api.idp("UpdateUserPoolClient", **self.named, **given)["UserPoolClient"])

    @property
    def named(self) -> dict[str, str]:
        """The members that name the client."""
        return {"UserPoolId": self.pool, "ClientId": self.client}

    @property
    def arn(self) -> str:
        """The ARN of the published secret."""
        return str(self.shown()["ClientSecretArn"])

    def current(self, label: str = "AWSCURRENT") -> str:
        """The secret that Secrets Manager has."""
        return self.manager.value(self.arn, label)["clientSecretValue"]

    def ids(self) -> list[str]:
        """The ids of the client's secrets."""
        listed = self.api.idp("ListUserPoolClientSecrets", **self.named)["ClientSecrets"]
        return [each["ClientSecretId"] for each in listed]

    def accepts(self, secret: str) -> bool:
        """Whether Ana can sign in with a hash of this secret."""
        parameters = {"USERNAME": "ana", "PASSWORD": PASSWORD, "SECRET_HASH": proof("ana", self.client, secret)}
        members = {"ClientId": self.client, "AuthFlow": "ADMIN_USER_PASSWORD_AUTH", "AuthParameters": parameters}
        try:
            return "AuthenticationResult" in self.api.idp("AdminInitiateAuth", UserPoolId=self.pool, **members)
        except Refused as refused:
            if refused.message != f"Unable to verify secret hash for client {self.client}":
                raise
            return False


def an_app(api: Api, manager: LocalSecretsManager, **members: Any) -> App:
    """An application whose client has a generated secret, which is published unless the members say otherwise."""
    pool = a_pool(api, PoolName="shop")
    a_user(api, pool)
    members = {"GenerateSecret": True, MEMBER: True, "ExplicitAuthFlows": FLOWS, **members}
    return App(api, manager, pool, a_client(api, pool, **members))
