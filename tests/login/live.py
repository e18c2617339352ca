"""Real servers as the pages' visitor sees them: every request is a connection of its own, to the next server."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import cycle
from types import SimpleNamespace
from typing import Any, cast
from urllib.parse import urlsplit

import requests

from tests.builders import Api
from tests.login.visitor import Visitor
from tests.oauth.browser import CALLBACK
from tests.sdk.conftest import Server


@dataclass
class Live:
    """A browser: its cookies, and the servers that it reaches under one name, by turns."""

    servers: list[Server]
    cookies: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._turns = cycle(self.servers)

    def get(self, path: str) -> Any:
        """Open a page."""
        return self._ask("GET", path)

    def post(self, path: str, data: dict[str, str]) -> Any:
        """Send a form."""
        return self._ask("POST", path, data=data)

    def _ask(self, method: str, path: str, **given: Any) -> Any:
        base = next(self._turns).url.replace("127.0.0.1", "localhost")
        with requests.Session() as connection:
            connection.cookies.update(self.cookies)
            answer = connection.request(method, f"{base}{path}", allow_redirects=False, timeout=20, **given)
            self.cookies = {name: value for name, value in connection.cookies.items() if value}
        return SimpleNamespace(
            status_code=answer.status_code,
            headers=answer.headers,
            text=answer.text,
            get_json=answer.json,
            request=SimpleNamespace(path=urlsplit(path).path),
        )


def a_live_visitor(*servers: Server, **pool: Any) -> tuple[Visitor, Any]:
    """A person at managed login, with a new pool; and a client of the service."""
    idp = servers[0].client("cognito-idp")
    made = idp.create_user_pool(PoolName="live", AutoVerifiedAttributes=["email"], **pool)["UserPool"]["Id"]
    prefix = made.rpartition("_")[2].lower()
    idp.create_user_pool_domain(UserPoolId=made, Domain=prefix, ManagedLoginVersion=2)
    client = idp.create_user_pool_client(
        UserPoolId=made,
        ClientName="live",
        AllowedOAuthFlowsUserPoolClient=True,
        AllowedOAuthFlows=["code"],
        AllowedOAuthScopes=["openid", "email"],
        CallbackURLs=[CALLBACK],
        SupportedIdentityProviders=["COGNITO"],
        ExplicitAuthFlows=["ALLOW_USER_AUTH"],
    )["UserPoolClient"]["ClientId"]
    idp.create_managed_login_branding(UserPoolId=made, ClientId=client, UseCognitoProvidedValues=True)
    asked = {"client_id": client, "response_type": "code", "redirect_uri": CALLBACK}
    api = cast("Api", SimpleNamespace(http=Live(list(servers))))
    return Visitor(api, made, client, asked), idp


def check_a_walk(visitor: Visitor, idp: Any, server: Server) -> None:
    """Bea signs up, signs in by a second code, forgets her password, sets an app up: each step at the next server."""

    def code() -> str:
        found = requests.get(f"{server.url}/_emulator/messages?pool={visitor.pool}", timeout=10).json()["messages"]
        return str(found[-1]["code"])

    visitor.open("/signup").fill(username="bea", password="Correct-Horse-7", requiredAttributes__email="bea@a.example")
    visitor.resend().fill(code=code())
    assert visitor.who() == "bea"
    assert visitor.open("/oauth2/authorize").who() == "bea"
    visitor.open("/oauth2/authorize", prompt="login").fill(username="bea").fill(answer="EMAIL_OTP")
    first, html = code(), visitor.html
    visitor.post(html.actions[1], html.forms[1] | {"answer": "SEND_AGAIN"})
    assert visitor.fill(code=first).html.alert == "Invalid code or auth state for the user."
    assert visitor.fill(code=code()).who() == "bea"
    visitor.open("/forgotPassword").fill(username="bea")
    assert visitor.fill(code=code(), password="Better-Horse-2", confirm_password="Better-Horse-2").who() == "bea"
    first_factors = {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD"]}}
    idp.update_user_pool(UserPoolId=visitor.pool, Policies=first_factors, AutoVerifiedAttributes=["email"])
    totp = {"SoftwareTokenMfaConfiguration": {"Enabled": True}}
    idp.set_user_pool_mfa_config(UserPoolId=visitor.pool, MfaConfiguration="ON", **totp)
    visitor.open("/oauth2/authorize", prompt="login").fill(username="bea").fill(password="Better-Horse-2")
    assert visitor.path == "/mfa/register/totp"
    assert visitor.fill(code="000000").html.alert == "Code mismatch and fail enable Software Token MFA"
