"""The first page of the console: the user pools, a form for a new one, and what an SDK needs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, jsonify, request

from emulator.context import Context
from emulator.domain.pools.regions import is_region
from emulator.version import version
from emulator.web.console.frame import Alert, Console, Refused, chosen, further, place, wants_page

_ROWS = 30
_TOKEN_MFA = {"SoftwareTokenMfaConfiguration": {"Enabled": True}}


def add(console: Console) -> None:
    """Add the routes."""

    def show(alert: Alert | None = None) -> Response:
        regions = console.work(False, _regions)
        asked = request.args.get("region", "")
        region = asked if is_region(asked) else regions[0]
        token = request.args.get("token")
        listed = console.call("ListUserPools", "cognito-idp", region, MaxResults=_ROWS, NextToken=token)
        pools = [console.pool(each["Id"]) for each in listed["UserPools"]]
        return console.page(
            "home",
            alert=alert,
            pools=pools,
            regions=sorted({*regions, region}),
            region=region,
            further=further(listed, "home", region=region),
            issuer=console.dispatcher.settings.issuer,
            base_url=console.origin().base_url,
        )

    @console.routes.get("/")
    def home() -> Response:
        """The first page; for a program, the server's status with links."""
        return show() if wants_page() else _links()

    @console.routes.post("/")
    def create_pool() -> Response:
        """Create a pool by the form of the first page."""
        return console.take(lambda form: _create(console, form), show)


def _regions(context: Context) -> list[str]:
    """The region of unsigned calls, and those that have pools."""
    mine = context.settings.region
    return [mine, *(each for each in context.unit.pools.regions() if each != mine)]


def _create(console: Console, form: Mapping[str, str]) -> str:
    """Create a pool; with MFA, by authenticator apps."""
    mfa = form.get("MfaConfiguration", "OFF")
    members: dict[str, Any] = {
        "PoolName": form.get("PoolName", ""),
        "UsernameAttributes": form.get("UsernameAttributes", "").split() or None,
        "AliasAttributes": chosen("AliasAttributes") or None,
        "AutoVerifiedAttributes": chosen("AutoVerifiedAttributes") or None,
        "AdminCreateUserConfig": {"AllowAdminCreateUserOnly": form.get("AllowAdminCreateUserOnly") == "true"},
    }
    region = form.get("region") or None
    if region and not is_region(region):
        raise Refused(f"region: {region} is not the name of a region.")
    pool = console.call("CreateUserPool", "cognito-idp", region, **members)["UserPool"]["Id"]
    if mfa != "OFF":
        console.call("SetUserPoolMfaConfig", UserPoolId=pool, MfaConfiguration=mfa, **_TOKEN_MFA)
    return place("pool", pool=pool, done="created")


def _links() -> Response:
    response = jsonify(
        status="ok",
        version=version(),
        operations="/_emulator/operations",
        messages="/_emulator/messages",
        events="/_emulator/events",
        clock="/_emulator/clock",
    )
    response.headers["Vary"] = "Accept"
    return response
