"""A tour of the console: pages with something on them, as a person comes to them by links and forms."""

from __future__ import annotations

from collections.abc import Iterator

from tests.browser.chromium import Browser
from tests.builders import PASSWORD
from tests.sdk.conftest import Server

_NAMES = ("Ana", "Bea", "Chloé", "Dmitri", "Ebrahim", "Fatima", "Grace", "Hugo")


def pages(server: Server, browser: Browser) -> Iterator[str]:
    """Open one page after the other, and answer each one's name while it is shown."""
    pool, client = _filled(server)
    base = f"{server.url.replace('127.0.0.1', 'localhost')}/_emulator/"
    for name, path in (
        ("pools", ""),
        ("pool", f"console/pools/{pool}"),
        ("clients", f"console/pools/{pool}/clients"),
        ("client", f"console/pools/{pool}/clients/{client}"),
        ("groups", f"console/pools/{pool}/groups"),
        ("group", f"console/pools/{pool}/group?group=staff"),
        ("users", f"console/pools/{pool}/users"),
        ("user", f"console/pools/{pool}/user?username=ana"),
        ("inbox", "console/inbox"),
        ("events", "console/events"),
        ("tokens", f"console/tokens?pool={pool}&client={client}&user=ana"),
        ("clock", "console/clock"),
        ("faults", "console/faults"),
        ("seed", "console/seed"),
        ("people", "console/people"),
        ("credentials", "console/credentials"),
        ("operations", "console/operations?q=Admin"),
        ("identity-pools", "console/identity-pools"),
    ):
        browser.navigate(base + path)
        yield name


def _filled(server: Server) -> tuple[str, str]:
    """A pool with people, a group and a client; the ids of pool and client."""
    idp = server.client("cognito-idp")
    pool = idp.create_user_pool(PoolName="shop", AutoVerifiedAttributes=["email"])["UserPool"]["Id"]
    idp.set_user_pool_mfa_config(
        UserPoolId=pool, MfaConfiguration="OPTIONAL", SoftwareTokenMfaConfiguration={"Enabled": True}
    )
    client = idp.create_user_pool_client(
        UserPoolId=pool,
        ClientName="web",
        AllowedOAuthFlowsUserPoolClient=True,
        AllowedOAuthFlows=["code"],
        AllowedOAuthScopes=["openid", "email"],
        CallbackURLs=["http://localhost:3000/callback"],
        SupportedIdentityProviders=["COGNITO"],
    )["UserPoolClient"]["ClientId"]
    idp.create_group(UserPoolId=pool, GroupName="staff", Description="Those who pack", Precedence=1)
    for name in _NAMES:
        email = f"{name.lower()}@example.com".replace("é", "e")
        given = [{"Name": "email", "Value": email}, {"Name": "name", "Value": name}]
        idp.admin_create_user(UserPoolId=pool, Username=name.lower(), UserAttributes=given, TemporaryPassword=PASSWORD)
    idp.admin_set_user_password(UserPoolId=pool, Username="ana", Password=PASSWORD, Permanent=True)
    idp.admin_add_user_to_group(UserPoolId=pool, Username="ana", GroupName="staff")
    idp.admin_disable_user(UserPoolId=pool, Username="hugo")
    return pool, client
