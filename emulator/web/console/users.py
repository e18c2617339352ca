"""The list of a pool's users, the search, and the form for a new user."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, request

from emulator.web.console import search
from emulator.web.console.frame import Alert, Console, by_name, chosen, pairs, place

OFFERED = ("email", "email_verified", "phone_number", "phone_number_verified", "name")
"""The attributes that forms show at once; the others of the schema are behind "more attributes"."""
_LONGEST_SEARCH = 200


def add(console: Console) -> None:
    """Add the routes."""

    def show(pool: str, alert: Alert | None = None) -> Response:
        wanted = request.args.get("q", "").replace("\0", "").strip()[:_LONGEST_SEARCH]
        found, further = _page(console, pool, wanted)
        described = console.pool(pool)
        return console.page(
            "users",
            alert=alert,
            pool=described,
            q=wanted,
            users=[row(user) for user in found],
            further=further,
            attributes=attributes(described),
        )

    @console.routes.get("/console/pools/<pool>/users")
    def users(pool: str) -> Response:
        """The users of a pool, or those that are searched for with `q`."""
        return show(pool)

    @console.routes.post("/console/pools/<pool>/users")
    def create_user(pool: str) -> Response:
        """Create a user."""
        return console.take(lambda form: _create(console, pool, form), lambda alert: show(pool, alert))


def attributes(pool: Mapping[str, Any]) -> dict[str, list[str]]:
    """The attributes of a pool's schema that a form may give: those that it shows at once, and the others."""
    every = [each["Name"] for each in pool["SchemaAttributes"] if each["Name"] not in ("sub", "identities")]
    required = [each["Name"] for each in pool["SchemaAttributes"] if each.get("Required") and each["Name"] != "sub"]
    first = [name for name in every if name in OFFERED or name in required or name.startswith("custom:")]
    first.sort(key=lambda name: OFFERED.index(name) if name in OFFERED else len(OFFERED))
    return {"first": first, "others": [name for name in every if name not in first]}


def given(form: Mapping[str, str]) -> dict[str, str]:
    """The attributes of a form, by name; a field that is empty too."""
    prefix, end = "UserAttributes[", "]"
    return {
        field.removeprefix(prefix).removesuffix(end): value
        for field, value in form.items()
        if field.startswith(prefix) and field.endswith(end)
    }


def _page(console: Console, pool: str, wanted: str) -> tuple[list[dict[str, Any]], str | None]:
    """A page of users, and the URL of the next one."""
    token = request.args.get("token") or None
    if not wanted:
        listed = console.call("ListUsers", UserPoolId=pool, Limit=search.ROWS, PaginationToken=token)
        more = listed.get("PaginationToken")
        return listed["Users"], more and place("users", pool=pool, token=more)
    found, by, more = search.find(console, pool, wanted, request.args.get("by", ""), token)
    return found, place("users", pool=pool, q=wanted, by=by, token=more) if by else None


def row(user: Mapping[str, Any]) -> dict[str, Any]:
    """A user of a list, with the attributes by name."""
    return {**user, "Attributes": by_name(user["Attributes"])}


def _create(console: Console, pool: str, form: Mapping[str, str]) -> str:
    """Create a user. A permanent password is checked before the user is made, and set right after."""
    password, permanent = form.get("TemporaryPassword") or None, form.get("Permanent") == "true"
    created = console.call(
        "AdminCreateUser",
        UserPoolId=pool,
        Username=form.get("Username", ""),
        UserAttributes=pairs({name: value for name, value in given(form).items() if value}),
        TemporaryPassword=password,
        MessageAction="SUPPRESS" if permanent or form.get("MessageAction") == "SUPPRESS" else None,
        DesiredDeliveryMediums=chosen("DesiredDeliveryMediums") or None,
    )
    name = created["User"]["Username"]
    if password and permanent:
        console.call("AdminSetUserPassword", UserPoolId=pool, Username=name, Password=password, Permanent=True)
    return place("user", pool=pool, username=name, done="created")
