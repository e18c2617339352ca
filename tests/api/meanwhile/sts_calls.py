"""Calls of STS with tokens of providers elsewhere, whose keys have to be fetched."""

from __future__ import annotations

from tests.api.meanwhile.identity_calls import an_app
from tests.api.meanwhile.rows import Call, Row
from tests.api.meanwhile.scenes import Scene
from tests.api.sts.parties import arn


def _shows_a_token(scene: Scene) -> Call:
    _, logins = an_app(scene)
    token = next(token for name, token in logins.items() if name.startswith("corp.example.com"))
    members = {"RoleArn": arn("app"), "RoleSessionName": "me", "WebIdentityToken": token}
    return lambda: _told(scene, "AssumeRoleWithWebIdentity", members)


def _told(scene: Scene, action: str, members: dict[str, str]) -> dict[str, str]:
    """The answer without the credentials, which are new each time."""
    answer = scene.api.sts(action, **members)
    return {name: answer[name] for name in ("Arn", "AssumedRoleId")}


ROWS = (Row("AssumeRoleWithWebIdentity", _shows_a_token),)
