"""The pages of a pool's groups."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, request

from emulator.web.console.frame import Alert, Console, UnknownAction, further, number, place
from emulator.web.console.users import row

_ROWS = 50


def add(console: Console) -> None:
    """Add the routes."""
    _add_list(console)

    def show(pool: str, name: str, alert: Alert | None = None) -> Response:
        found = {"UserPoolId": pool, "GroupName": name}
        members = console.call("ListUsersInGroup", Limit=_ROWS, NextToken=request.args.get("token"), **found)
        return console.page(
            "group",
            alert=alert,
            pool=console.pool(pool),
            group=console.call("GetGroup", **found)["Group"],
            users=[row(user) for user in members["Users"]],
            further=further(members, "group", pool=pool, group=name),
        )

    @console.routes.get("/console/pools/<pool>/group")
    def group(pool: str) -> Response:
        """The page of the group that the query names: names may have slashes."""
        return show(pool, request.args.get("group", ""))

    @console.routes.post("/console/pools/<pool>/group")
    def change_group(pool: str) -> Response:
        """Change or delete a group, or its members."""
        name = request.args.get("group", "")

        def act(form: Mapping[str, str]) -> str:
            done = _act(console, {"UserPoolId": pool, "GroupName": name}, form)
            return (
                place("groups", pool=pool, done=done)
                if done == "deleted"
                else place("group", pool=pool, group=name, done=done)
            )

        return console.take(act, lambda alert: show(pool, name, alert))


def _add_list(console: Console) -> None:
    def show(pool: str, alert: Alert | None = None) -> Response:
        listed = console.call("ListGroups", UserPoolId=pool, Limit=_ROWS, NextToken=request.args.get("token"))
        return console.page(
            "groups",
            alert=alert,
            pool=console.pool(pool),
            groups=listed["Groups"],
            further=further(listed, "groups", pool=pool),
        )

    @console.routes.get("/console/pools/<pool>/groups")
    def groups(pool: str) -> Response:
        """The groups of a pool."""
        return show(pool)

    @console.routes.post("/console/pools/<pool>/groups")
    def create_group(pool: str) -> Response:
        """Create a group."""

        def act(form: Mapping[str, str]) -> str:
            name = form.get("GroupName", "")
            console.call("CreateGroup", UserPoolId=pool, GroupName=name, **_settings(form))
            return place("group", pool=pool, group=name, done="created")

        return console.take(act, lambda alert: show(pool, alert))


def _act(console: Console, found: dict[str, str], form: Mapping[str, str]) -> str:
    """Do what a form of the group's page wants; the key of `DONE` that says so."""
    action, member = form.get("action"), {"Username": form.get("Username", "")}
    if action == "update":
        console.call("UpdateGroup", **found, **_settings(form) | {"Description": form.get("Description", "")})
        return "changed"
    if action == "add":
        console.call("AdminAddUserToGroup", **found, **member)
        return "added"
    if action == "remove":
        console.call("AdminRemoveUserFromGroup", **found, **member)
        return "removed"
    if action == "delete":
        console.call("DeleteGroup", **found)
        return "deleted"
    raise UnknownAction


def _settings(form: Mapping[str, str]) -> dict[str, Any]:
    return {
        "Description": form.get("Description") or None,
        "Precedence": number(form, "Precedence"),
        "RoleArn": form.get("RoleArn") or None,
    }
