"""Records as members of answers, and name-value pairs of requests."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from emulator.domain.factors import mfa_methods
from storage.records.users import Group, User

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp.type_defs import AttributeTypeTypeDef


def pool_arn(account: str, region: str, pool_id: str) -> str:
    """The ARN of a pool, or of its replica in a region."""
    return f"arn:aws:cognito-idp:{region}:{account}:userpool/{pool_id}"


def attributes_shown(user: User, only: Collection[str] | None = None) -> list[dict[str, str]]:
    """Attributes as `[{"Name", "Value"}]`, `sub` first. With `only`, just those names."""
    every = {"sub": user.sub, **user.attributes}
    if only is None:
        return [{"Name": name, "Value": value} for name, value in every.items()]
    return [{"Name": name, "Value": value} for name, value in every.items() if name in only]


def user_shown(user: User, only: Collection[str] | None = None) -> dict[str, Any]:
    """The user as UserType, for ListUsers, ListUsersInGroup and AdminCreateUser. With `only`, just these attributes."""
    shown = {
        "Username": user.username,
        "Attributes": attributes_shown(user, only),
        "UserCreateDate": user.created,
        "UserLastModifiedDate": user.modified,
        "Enabled": user.enabled,
        "UserStatus": user.status,
    }
    return {**shown, **_options_shown(user)} if user.settings else shown


def mfa_shown(user: User) -> dict[str, Any]:
    """The members MFAOptions, UserMFASettingList and PreferredMfaSetting of an answer, each where the user has one."""
    return {**_options_shown(user), **mfa_methods.chosen(user).shown}


def _options_shown(user: User) -> dict[str, Any]:
    return {"MFAOptions": user.settings["MFAOptions"]} if user.settings.get("MFAOptions") else {}


def group_shown(group: Group) -> dict[str, Any]:
    """The group as GroupType."""
    return {
        "GroupName": group.name,
        "UserPoolId": group.pool_id,
        **group.settings,
        "LastModifiedDate": group.modified,
        "CreationDate": group.created,
    }


def validation_given(pairs: Collection[AttributeTypeTypeDef] | None) -> dict[str, str | None] | None:
    """A request's ValidationData as a dict; None where the list is empty or left out."""
    # AWS unknown: what PreSignUp gets for an entry of ValidationData without a value; null here.
    return {pair["Name"]: pair.get("Value") for pair in pairs} if pairs else None
