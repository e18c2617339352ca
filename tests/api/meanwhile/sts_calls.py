"""Calls of STS with tokens and assertions of providers elsewhere."""

from __future__ import annotations

from emulator.outside.iam import ListedIam
from tests.api.meanwhile.exchanges import corp, corp_key
from tests.api.meanwhile.identity_calls import an_app
from tests.api.meanwhile.rows import Call, Row
from tests.api.meanwhile.scenes import Scene
from tests.api.sts.assertions import PROVIDER, ROLE, assertion
from tests.api.sts.parties import arn


def _shows_a_token(scene: Scene) -> Call:
    _, logins = an_app(scene)
    token = next(token for name, token in logins.items() if name.startswith("corp.example.com"))
    members = {"RoleArn": arn("app"), "RoleSessionName": "me", "WebIdentityToken": token}
    return lambda: _told(scene, "AssumeRoleWithWebIdentity", members)


def _shows_an_assertion(scene: Scene) -> Call:
    iam = scene.api.world.iam
    assert isinstance(iam, ListedIam)
    assert isinstance(iam.metadata_documents, dict)
    iam.metadata_documents[PROVIDER] = corp()["MetadataFile"]
    members = {"RoleArn": ROLE, "PrincipalArn": PROVIDER, "SAMLAssertion": assertion(corp_key())}
    return lambda: _told(scene, "AssumeRoleWithSAML", members)


def _told(scene: Scene, action: str, members: dict[str, str]) -> dict[str, str]:
    """The answer without the credentials, which are new each time."""
    answer = scene.api.sts(action, **members)
    return {name: answer[name] for name in ("Arn", "AssumedRoleId")}


ROWS = (
    Row("AssumeRoleWithWebIdentity", _shows_a_token),
    Row("AssumeRoleWithSAML", _shows_an_assertion),
)
