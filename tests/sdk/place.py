"""A pool and an app client on a real server, as each test of a real client needs them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import urllib.request
from datetime import datetime
from typing import Any

from tests.builders import PASSWORD
from tests.sdk.conftest import Server

FLOWS = ["ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
TEMPORARY = "Temporary-Horse-1"
EMAIL = "ana@example.com"


class Place:
    """A pool that sends codes by email, and an app client of it that allows all that clients use."""

    def __init__(self, server: Server, *, secret: bool = False, **pool: Any) -> None:
        self.server = server
        self.idp = server.client("cognito-idp")
        created = self.idp.create_user_pool(**{"PoolName": "app", "AutoVerifiedAttributes": ["email"], **pool})
        self.pool: str = created["UserPool"]["Id"]
        client = self.idp.create_user_pool_client(
            UserPoolId=self.pool,
            ClientName="web",
            ExplicitAuthFlows=FLOWS,
            GenerateSecret=secret,
            PreventUserExistenceErrors="ENABLED",
        )["UserPoolClient"]
        self.client: str = client["ClientId"]
        self.secret: str | None = client.get("ClientSecret")

    @property
    def configuration(self) -> dict[str, str]:
        """What the scripts of tests/sdk/node are configured with."""
        return {"endpoint": self.server.url, "pool": self.pool, "client": self.client}

    def mfa(self, configuration: str) -> None:
        """Let users have a second factor, by text message or an authenticator app (OPTIONAL), or make them (ON)."""
        caller = {"SnsCallerArn": "arn:aws:iam::000000000000:role/sms", "ExternalId": "sms"}
        self.idp.set_user_pool_mfa_config(
            UserPoolId=self.pool,
            MfaConfiguration=configuration,
            SoftwareTokenMfaConfiguration={"Enabled": True},
            SmsMfaConfiguration={"SmsConfiguration": caller},
        )

    def user(self, password: str = PASSWORD, *, permanent: bool = True, **attributes: str) -> str:
        """Ana, who has a verified address and a password; answers her sub."""
        attributes = {"email": EMAIL, "email_verified": "true", **attributes}
        given = [{"Name": name, "Value": value} for name, value in attributes.items()]
        created = self.idp.admin_create_user(
            UserPoolId=self.pool,
            Username="ana",
            UserAttributes=given,
            TemporaryPassword=password,
            MessageAction="SUPPRESS",
        )["User"]
        if permanent:
            self.idp.admin_set_user_password(UserPoolId=self.pool, Username="ana", Password=password, Permanent=True)
        return next(str(each["Value"]) for each in created["Attributes"] if each["Name"] == "sub")

    def code(self) -> str:
        """The code in the newest message to the pool's users."""
        messages = asked(f"{self.server.url}/_emulator/messages?pool={self.pool}")["messages"]
        return str(messages[-1]["code"])


class Authenticator:
    """A user's authenticator app (RFC 6238), on the server's clock."""

    def __init__(self, server: Server, secret: str) -> None:
        self._clock = f"{server.url}/_emulator/clock"
        self._key = base64.b32decode(secret + "=" * (-len(secret) % 8))

    def code(self) -> str:
        """A code that was not used before: the server's clock moves on by one step rather than the test waiting."""
        now = datetime.fromisoformat(asked(self._clock, {"advance": "30s"})["now"])
        mac = hmac.digest(self._key, (int(now.timestamp()) // 30).to_bytes(8, "big"), hashlib.sha1)
        offset = mac[-1] & 0xF
        return f"{(int.from_bytes(mac[offset : offset + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06}"


def asked(url: str, body: dict[str, str] | None = None) -> Any:
    """What a control endpoint answers: a GET, or a POST of a body."""
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(url, data=data), timeout=10) as answer:
        return json.load(answer)


def wrong(code: str) -> str:
    """Another code of six digits."""
    return f"{(int(code) + 1) % 1_000_000:06}"
