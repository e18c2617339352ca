"""Where acts and calls meet: a pool with Ana, as callers see it before and after."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from emulator.outside.lambdas import Functions
from emulator.outside.world import World
from storage.store import Store
from tests.api.recorded_functions import configured
from tests.builders import PASSWORD, Api, Refused, a_client, a_pool, a_user, sign_in

FLOWS = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
FLOWS += ["ALLOW_USER_SRP_AUTH", "ALLOW_USER_AUTH", "ALLOW_CUSTOM_AUTH"]
OLD, NEW, CHOSEN = PASSWORD, "Another-Horse-2", "Chosen-Horse-3"
MAIL, MOVED = "ana@example.com", "moved@example.com"


@dataclass
class Scene:
    """A pool whose functions answer nothing in particular, a client, and Ana, who is signed in."""

    api: Api
    pool: str
    client: str
    token: str = ""
    refresh_token: str = ""
    store: Store | None = None
    kept: dict[str, Any] = field(default_factory=dict)

    @property
    def named(self) -> dict[str, str]:
        """The members that name Ana to an administrator's operation."""
        return {"UserPoolId": self.pool, "Username": "ana"}


def a_scene(world: World, api: Api, *triggers: str, **pool: Any) -> Scene:
    """A scene in which these triggers are configured."""
    functions = world.lambdas
    assert isinstance(functions, Functions)
    functions.functions |= {trigger: lambda event: event for trigger in triggers}
    members = {"AliasAttributes": ["email"], "AutoVerifiedAttributes": ["email"], **pool}
    world.clock.advance(minutes=-20)  # The pool is made some time ago, so that it can be recovered.
    made = a_pool(api, LambdaConfig=configured(*triggers), **members)
    world.clock.advance(minutes=20)
    client = a_client(api, made, ExplicitAuthFlows=FLOWS, PreventUserExistenceErrors="LEGACY")
    a_user(api, made, email=MAIL, email_verified="true")
    api.idp("CreateGroup", UserPoolId=made, GroupName="staff")
    tokens = sign_in(api, client)
    return Scene(api, made, client, tokens["AccessToken"], tokens["RefreshToken"])


def end_of(call: Callable[[], Any]) -> str:
    """How a call ends: what it answers by name, or the refusal."""
    try:
        answer = call()
    except Refused as refused:
        return str(refused)
    named = sorted(answer) if isinstance(answer, dict) else []
    return " ".join([*named, str(answer.get("ChallengeName", ""))] if isinstance(answer, dict) else ["ok"]).strip()


def seen(scene: Scene) -> dict[str, Any]:
    """What callers see of a scene."""
    api = scene.api
    found: dict[str, Any] = {"addresses": {}, "passwords": {}}
    for name in ("ana", MAIL, MOVED):
        found["addresses"][name] = _answered(api, "AdminGetUser", "Username", UserPoolId=scene.pool, Username=name)
    try:
        user = api.idp("AdminGetUser", **scene.named)
        attributes = {pair["Name"]: pair["Value"] for pair in user["UserAttributes"]}
        found["ana"] = {name: value for name, value in attributes.items() if name != "sub"}
        found["status"] = user["UserStatus"], user["Enabled"]
        groups = api.idp("AdminListGroupsForUser", **scene.named)["Groups"]
        found["groups"] = [group["GroupName"] for group in groups]
    except Refused as refused:
        found["ana"] = str(refused)
    found["token"] = _answered(api, "GetUser", "Username", AccessToken=scene.token)
    for password in (OLD, NEW, CHOSEN):
        parameters = {"USERNAME": "ana", "PASSWORD": password}
        members = {"ClientId": scene.client, "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": parameters}
        found["passwords"][password] = end_of(lambda members=members: api.idp("InitiateAuth", **members))  # type: ignore[misc]
    return found


def _answered(api: Api, operation: str, member: str, **members: Any) -> str:
    try:
        return str(api.idp(operation, **members)[member])
    except Refused as refused:
        return str(refused)
