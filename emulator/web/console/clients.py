"""The pages of a pool's app clients."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Response, request

from emulator.web.console.frame import Alert, Console, UnknownAction, chosen, further, lines, number, place

_ROWS = 50
_READ_ONLY = ("ClientSecret", "ClientSecretArn", "ClientType", "CreationDate", "LastModifiedDate")
"""Members of UserPoolClientType that UpdateUserPoolClient does not take."""
_FLOWS = (
    "ALLOW_USER_AUTH",
    "ALLOW_USER_SRP_AUTH",
    "ALLOW_USER_PASSWORD_AUTH",
    "ALLOW_ADMIN_USER_PASSWORD_AUTH",
    "ALLOW_CUSTOM_AUTH",
    "ALLOW_REFRESH_TOKEN_AUTH",
)
_GRANTS = ("code", "implicit", "client_credentials")
_SCOPES = ("openid", "email", "phone", "profile", "aws.cognito.signin.user.admin")
_VALIDITIES = {"AccessToken": "hours", "IdToken": "hours", "RefreshToken": "days"}
"""Kind of token → the unit of its validity, where a client names none."""
_NEW: dict[str, Any] = {
    "ExplicitAuthFlows": [flow for flow in _FLOWS if flow != "ALLOW_CUSTOM_AUTH"],
    "AllowedOAuthScopes": ["openid", "email", "profile"],
    "SupportedIdentityProviders": ["COGNITO"],
    "EnableTokenRevocation": True,
    "PreventUserExistenceErrors": "ENABLED",
}
"""What the form for a new client offers."""
_LOCAL = ("localhost", "127.0.0.1", "[::1]")


def add(console: Console) -> None:
    """Add the routes."""
    _add_list(console)
    _add_callback(console)

    def show(pool: str, client: str, alert: Alert | None = None) -> Response:
        described = console.call("DescribeUserPoolClient", UserPoolId=pool, ClientId=client)["UserPoolClient"]
        return console.page(
            "client",
            alert=alert,
            pool=console.pool(pool),
            client=described,
            shows_secret=request.args.get("show") == "secret",
            sign_in=_sign_in_url(described),
            lacks=_lacks(described),
            base_url=console.origin().base_url,
            **_offered(console, pool, described),
        )

    @console.routes.get("/console/pools/<pool>/clients/<client>")
    def client(pool: str, client: str) -> Response:
        """The page of a client."""
        return show(pool, client)

    @console.routes.post("/console/pools/<pool>/clients/<client>")
    def change_client(pool: str, client: str) -> Response:
        """Change or delete a client."""

        def act(form: Mapping[str, str]) -> str:
            if form.get("action") == "delete":
                console.call("DeleteUserPoolClient", UserPoolId=pool, ClientId=client)
                return place("clients", pool=pool, done="deleted")
            if form.get("action") != "update":
                raise UnknownAction
            described = console.call("DescribeUserPoolClient", UserPoolId=pool, ClientId=client)["UserPoolClient"]
            kept = {name: value for name, value in described.items() if name not in _READ_ONLY}
            console.call("UpdateUserPoolClient", **kept | _settings(form, kept))
            return place("client", pool=pool, client=client, done="changed")

        return console.take(act, lambda alert: show(pool, client, alert))


def _add_callback(console: Console) -> None:
    @console.routes.get("/console/signed-in")
    def signed_in() -> Response:
        """The callback of clients that the console made: it shows what the application would get."""
        names = ("code", "state", "error", "error_description")
        given = {name: request.args[name] for name in names if name in request.args}
        return console.page("signed_in", given=given, base_url=console.origin().base_url, url=request.base_url)


def _add_list(console: Console) -> None:
    def show(pool: str, alert: Alert | None = None) -> Response:
        listed = console.call(
            "ListUserPoolClients", UserPoolId=pool, MaxResults=_ROWS, NextToken=request.args.get("token")
        )
        return console.page(
            "clients",
            alert=alert,
            pool=console.pool(pool),
            clients=listed["UserPoolClients"],
            further=further(listed, "clients", pool=pool),
            client=_new(console),
            **_offered(console, pool, _NEW),
        )

    @console.routes.get("/console/pools/<pool>/clients")
    def clients(pool: str) -> Response:
        """The clients of a pool."""
        return show(pool)

    @console.routes.post("/console/pools/<pool>/clients")
    def create_client(pool: str) -> Response:
        """Create a client."""

        def act(form: Mapping[str, str]) -> str:
            secret = True if form.get("GenerateSecret") == "true" else None
            created = console.call(
                "CreateUserPoolClient", UserPoolId=pool, GenerateSecret=secret, **_settings(form, {})
            )
            return place("client", pool=pool, client=created["UserPoolClient"]["ClientId"], done="created")

        return console.take(act, lambda alert: show(pool, alert))


def _offered(console: Console, pool: str, client: Mapping[str, Any]) -> dict[str, Any]:
    """What the form of a client lets choose from; what the client has, and is no longer there, too."""
    servers = console.call("ListResourceServers", UserPoolId=pool, MaxResults=50)["ResourceServers"]
    of_servers = [f"{each['Identifier']}/{scope['ScopeName']}" for each in servers for scope in each.get("Scopes", [])]
    listed = console.call("ListIdentityProviders", UserPoolId=pool, MaxResults=60)["Providers"]
    offered = {
        "ExplicitAuthFlows": _FLOWS,
        "AllowedOAuthFlows": _GRANTS,
        "AllowedOAuthScopes": (*_SCOPES, *of_servers),
        "SupportedIdentityProviders": ("COGNITO", *(each["ProviderName"] for each in listed)),
    }
    offers = {name: list(dict.fromkeys((*values, *client.get(name, ())))) for name, values in offered.items()}
    return {"offers": offers, "validities": _VALIDITIES}


def _settings(form: Mapping[str, str], now: Mapping[str, Any]) -> dict[str, Any]:
    """What the form says, as members of CreateUserPoolClient and UpdateUserPoolClient.

    `now` are the settings of the client. What it does not have stays away where the form says nothing else.
    """
    grants = chosen("AllowedOAuthFlows")
    given = {kind: form.get(f"TokenValidityUnits[{kind}]", usual) for kind, usual in _VALIDITIES.items()}
    known = now.get("TokenValidityUnits", {})
    units = {kind: unit for kind, unit in given.items() if kind in known or unit != _VALIDITIES[kind]}
    settings = {
        "ClientName": form.get("ClientName", ""),
        "ExplicitAuthFlows": chosen("ExplicitAuthFlows"),
        "CallbackURLs": lines(form.get("CallbackURLs", "")),
        "LogoutURLs": lines(form.get("LogoutURLs", "")),
        "AllowedOAuthFlows": grants,
        "AllowedOAuthFlowsUserPoolClient": bool(grants),
        "AllowedOAuthScopes": chosen("AllowedOAuthScopes") if grants else [],
        "SupportedIdentityProviders": chosen("SupportedIdentityProviders"),
        "TokenValidityUnits": units or None,
        "AuthSessionValidity": number(form, "AuthSessionValidity"),
        "PreventUserExistenceErrors": form.get("PreventUserExistenceErrors") or None,
        "EnableTokenRevocation": form.get("EnableTokenRevocation") == "true",
        **{f"{kind}Validity": number(form, f"{kind}Validity") for kind in _VALIDITIES},
    }
    return {name: value for name, value in settings.items() if value != [] or name in now}


def _new(console: Console) -> dict[str, Any]:
    """What the form for a new client offers: where AWS's rules allow it, to sign in and come back to the console."""
    base_url = console.origin().base_url
    parts = urlsplit(base_url)
    if parts.scheme != "https" and parts.netloc.removesuffix(f":{parts.port}") not in _LOCAL:
        return _NEW
    return {**_NEW, "AllowedOAuthFlows": ["code"], "CallbackURLs": [base_url + place("signed_in")]}


def _sign_in_url(client: Mapping[str, Any]) -> str:
    """Where people sign in to a client: as its application sends them, or else the login page by itself."""
    callbacks, grants = client.get("CallbackURLs", []), client.get("AllowedOAuthFlows", [])
    kind = "token" if "implicit" in grants and "code" not in grants else "code"
    query = {"client_id": client["ClientId"], "response_type": kind}
    if not callbacks:
        return f"/login?{urlencode(query)}"
    scopes = {"scope": " ".join(client["AllowedOAuthScopes"])} if client.get("AllowedOAuthScopes") else {}
    return f"/oauth2/authorize?{urlencode(query | {'redirect_uri': callbacks[0], **scopes})}"


def _lacks(client: Mapping[str, Any]) -> list[str]:
    """What a client still needs so that people can sign in at the login pages."""
    grants = {"code", "implicit"} & set(client.get("AllowedOAuthFlows", []))
    needed = {
        "the OAuth grant code": client.get("AllowedOAuthFlowsUserPoolClient") and grants,
        "a callback URL": client.get("CallbackURLs"),
        "an identity provider, such as COGNITO": client.get("SupportedIdentityProviders"),
    }
    return [what for what, has in needed.items() if not has]
