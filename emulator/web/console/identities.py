"""The pages of identity pools and their identities."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask import Response, request

from emulator.web.console.frame import Alert, Console, Refused, UnknownAction, further, place

_SERVICE: Final = "cognito-identity"
_POOLS = 60
_ROWS = 25


def add(console: Console) -> None:
    """Add the routes."""

    @console.routes.get("/console/identity-pools")
    def identity_pools() -> Response:
        """The identity pools of a region: that of the query, else that of unsigned calls."""
        region = request.args.get("region") or console.dispatcher.settings.region
        token = request.args.get("token") or None
        listed = console.call("ListIdentityPools", _SERVICE, region, MaxResults=_POOLS, NextToken=token)
        return console.page(
            "identity_pools",
            pools=listed["IdentityPools"],
            region=region,
            further=further(listed, "identity_pools", region=region),
        )

    def show(pool: str, alert: Alert | None = None) -> Response:
        token = request.args.get("token") or None
        listed = console.call("ListIdentities", _SERVICE, IdentityPoolId=pool, MaxResults=_ROWS, NextToken=token)
        return console.page(
            "identity_pool",
            alert=alert,
            pool=console.call("DescribeIdentityPool", _SERVICE, IdentityPoolId=pool),
            roles=console.call("GetIdentityPoolRoles", _SERVICE, IdentityPoolId=pool),
            identities=listed["Identities"],
            further=further(listed, "identity_pool", pool=pool),
        )

    @console.routes.get("/console/identity-pools/<pool>")
    def identity_pool(pool: str) -> Response:
        """An identity pool and its identities, page by page."""
        return show(pool)

    @console.routes.post("/console/identity-pools/<pool>")
    def change_identity_pool(pool: str) -> Response:
        """Delete an identity, or the pool."""
        return console.take(lambda form: _change(console, pool, form), lambda alert: show(pool, alert))


def _change(console: Console, pool: str, form: Mapping[str, str]) -> str:
    action = form.get("action")
    if action == "delete":
        console.call("DeleteIdentityPool", _SERVICE, IdentityPoolId=pool)
        return place("identity_pools", region=pool.partition(":")[0], done="deleted")
    if action == "delete-identity":
        members: dict[str, Any] = {"IdentityIdsToDelete": [form.get("IdentityId", "")]}
        left = console.call("DeleteIdentities", _SERVICE, **members).get("UnprocessedIdentityIds")
        if left:
            raise Refused(f"{left[0]['IdentityId']}: {left[0]['ErrorCode']}.")
        return place("identity_pool", pool=pool, done="deleted")
    raise UnknownAction
