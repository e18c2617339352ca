"""How records look in answers, and attributes in requests."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from emulator.domain.factors import mfa_methods
from emulator.domain.pools import client_settings
from emulator.faults import InvalidParameterException, NotAuthorizedException
from storage.records.pools import Client, Pool
from storage.records.users import Group, User

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp.type_defs import AttributeTypeTypeDef


def pool_arn(account: str, region: str, pool_id: str) -> str:
    """The ARN of a pool, or of its replica in a region."""
    return f"arn:aws:cognito-idp:{region}:{account}:userpool/{pool_id}"


def attributes_shown(user: User, only: Collection[str] | None = None) -> list[dict[str, str]]:
    """`[{"Name", "Value"}]`, `sub` first; `only` those names where given."""
    every = {"sub": user.sub, **user.attributes}
    return [{"Name": name, "Value": value} for name, value in every.items() if only is None or name in only]


def user_shown(user: User, only: Collection[str] | None = None) -> dict[str, Any]:
    """UserType, as ListUsers, ListUsersInGroup and AdminCreateUser show it."""
    return {
        "Username": user.username,
        "Attributes": attributes_shown(user, only),
        "UserCreateDate": user.created,
        "UserLastModifiedDate": user.modified,
        "Enabled": user.enabled,
        "UserStatus": user.status,
        **_options_shown(user),
    }


def mfa_shown(user: User) -> dict[str, Any]:
    """MFAOptions, UserMFASettingList and PreferredMfaSetting, each where there is one."""
    return {**_options_shown(user), **mfa_methods.chosen(user).shown}


def _options_shown(user: User) -> dict[str, Any]:
    return {"MFAOptions": user.settings["MFAOptions"]} if user.settings.get("MFAOptions") else {}


def group_shown(group: Group) -> dict[str, Any]:
    """GroupType."""
    return {
        "GroupName": group.name,
        "UserPoolId": group.pool_id,
        **group.settings,
        "LastModifiedDate": group.modified,
        "CreationDate": group.created,
    }


def attributes_given(pairs: Collection[AttributeTypeTypeDef] | None) -> dict[str, str]:
    """A request's `[{"Name", "Value"}]` as a dict. Raises InvalidParameterException for one without a value.

    AWS unknown: a name that is given twice; the last counts.
    """
    for pair in pairs or ():
        if "Value" not in pair:
            raise InvalidParameterException(f"Attribute value for {pair['Name']} must not be null")
    return {pair["Name"]: pair["Value"] for pair in pairs or ()}


def check_writable(client: Client, pool: Pool, names: Collection[str]) -> None:
    """Refuse attributes that a client may not write; what the schema lacks is refused elsewhere, in other words."""
    schema = pool.settings["SchemaAttributes"]
    known = {entry["Name"] for entry in schema}
    if not known & set(names) <= client_settings.writable(client.settings, schema):
        raise NotAuthorizedException("A client attempted to write unauthorized attribute")
