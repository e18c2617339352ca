"""Who calls STS in these tests, and the table of roles that they call it with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from emulator.outside.iam import ListedIam, configured
from emulator.policies import role_table
from tests.api.identity_app import App
from tests.builders import Api, Refused

ACCOUNT = "000000000000"
ROOT = f"arn:aws:iam::{ACCOUNT}:root"
COGNITO = "cognito-identity.amazonaws.com"


def arn(name: str) -> str:
    """The ARN of a role."""
    return f"arn:aws:iam::{ACCOUNT}:role/{name}"


def trusting(principal: Any, action: Any, condition: dict[str, Any] | None = None) -> dict[str, Any]:
    """A statement that allows an action."""
    statement = {"Effect": "Allow", "Principal": principal, "Action": action}
    return {**statement, "Condition": condition} if condition else statement


def cognito(condition: dict[str, Any] | None = None, *actions: str) -> dict[str, Any]:
    """A statement that trusts identity pools."""
    return trusting({"Federated": COGNITO}, ["sts:AssumeRoleWithWebIdentity", *actions], condition)


def a_table(roles: dict[str, list[dict[str, Any]]], **providers: Any) -> ListedIam:
    """IAM with these roles: the statements of their trust policies, by name; `name@7200` has a MaxSessionDuration."""
    listed = []
    for spelt, statements in roles.items():
        name, _, seconds = spelt.partition("@")
        role: dict[str, Any] = {"Arn": arn(name), "AssumeRolePolicyDocument": {"Statement": statements}}
        listed.append({**role, "MaxSessionDuration": seconds} if seconds else role)
    return configured(role_table.of_document({"roles": listed, **providers}), ACCOUNT)


@dataclass
class Keys:
    """Temporary credentials, with which STS is called."""

    api: Api
    access_key: str
    token: str

    def call(self, action: str, **members: str) -> dict[str, str]:
        """Call STS; `_` in a name stands for a dot."""
        return self.api.sts(action, self.access_key, self.token, **dotted(members))

    def refused(self, action: str, **members: str) -> tuple[int, str, str]:
        """The status, code and message of a refusal."""
        return refused(self.api, action, self.access_key, self.token, **members)

    @property
    def identity(self) -> tuple[str, str]:
        """`Arn` and `UserId` of GetCallerIdentity."""
        told = self.call("GetCallerIdentity")
        return told["Arn"], told["UserId"]


def dotted(members: dict[str, str]) -> dict[str, str]:
    """Names of form fields: `Tags_member_1_Key` is `Tags.member.1.Key`."""
    return {name.replace("_", "."): value for name, value in members.items()}


def keys(api: Api, answer: dict[str, str]) -> Keys:
    """The credentials in an answer of STS."""
    return Keys(api, answer["AccessKeyId"], answer["SessionToken"])


def call(api: Api, action: str, **members: str) -> dict[str, str]:
    """Call STS with permanent credentials; `_` in a name stands for a dot."""
    return api.sts(action, **dotted(members))


def refused(
    api: Api, action: str, access_key: str = "AKIAQAAAAAAAAAAAAAAA", token: str = "", **members: str
) -> tuple[int, str, str]:
    """The status, code and message of a refusal."""
    with pytest.raises(Refused) as refusal:
        api.sts(action, access_key, token, **dotted(members))
    return refusal.value.status, refusal.value.code, refusal.value.message


def assumed(api: Api, name: str = "app", session: str = "me", **members: str) -> Keys:
    """The credentials of a role, assumed by the account's root."""
    return keys(api, call(api, "AssumeRole", RoleArn=arn(name), RoleSessionName=session, **members))


def reason(api: Api) -> str | None:
    """What the newest event says of its call."""
    return api.world.events.last(1)[0].reason


def assume_web(api: Api, token: str, name: str = "app", **members: str) -> dict[str, str]:
    """AssumeRoleWithWebIdentity."""
    given = {"RoleArn": arn(name), "RoleSessionName": "web-identity", "WebIdentityToken": token, **members}
    return api.sts("AssumeRoleWithWebIdentity", **given)


def no_web(api: Api, token: str, name: str = "app", **members: str) -> tuple[int, str, str]:
    """The status, code and message with which AssumeRoleWithWebIdentity is refused."""
    given = {"RoleArn": arn(name), "RoleSessionName": "web-identity", "WebIdentityToken": token, **members}
    return refused(api, "AssumeRoleWithWebIdentity", **given)


def own(app: App, username: str = "ana") -> str:
    """The ID token of a user."""
    return next(iter(app.a_user(username).values()))
