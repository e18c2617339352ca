"""Groups and their members."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.call import Call
from emulator.domain.accounts import usernames
from emulator.faults import (
    GroupExistsException,
    InvalidParameterException,
    LimitExceededException,
    ResourceNotFoundException,
)
from emulator.registry import operation
from emulator.userpools.views import group_shown, user_shown
from storage.records.users import Group
from storage.violations import UniqueViolation

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import type_defs as shapes

_SETTINGS = ("Description", "RoleArn", "Precedence")
_MOST_GROUPS = 10_000
_MOST_MEMBERSHIPS = 100


@operation("CreateGroup")
def create_group(call: Call[shapes.CreateGroupRequestTypeDef]) -> dict[str, Any]:
    """Create a group in a pool."""
    # AWS unknown: whether GetGroup, UpdateGroup, DeleteGroup and the operations on members ignore the case of GroupName
    # in a pool where CreateGroup does; they do not here.
    settings = {name: call.given(name) for name in _SETTINGS if call.given(name) is not None}
    if call.unit.groups.count(call.pool.id) >= _MOST_GROUPS:
        raise LimitExceededException(f"A user pool cannot have more than {_MOST_GROUPS} groups.")
    try:
        name, pool = call.request["GroupName"], call.pool
        key = usernames.fold(pool.settings, "group", name)
        group = call.unit.groups.add(pool.id, name, settings, call.now, key=key)
    except UniqueViolation:
        raise GroupExistsException("A group with the name already exists.") from None
    return {"Group": group_shown(group)}


@operation("GetGroup", reads=True, is_short=True)
def get_group(call: Call[shapes.GetGroupRequestTypeDef]) -> dict[str, Any]:
    """Describe a group."""
    return {"Group": group_shown(_group(call))}


@operation("UpdateGroup")
def update_group(call: Call[shapes.UpdateGroupRequestTypeDef]) -> dict[str, Any]:
    """Change a group. Members that the request leaves out stay."""
    # AWS unknown: whether UpdateGroup resets Description, RoleArn and Precedence where the request leaves them out;
    # here they stay as they are.
    group = _group(call)
    given = {name: call.given(name) for name in _SETTINGS if call.given(name) is not None}
    changed = call.unit.groups.change(group, settings=group.settings | given, modified=call.now)
    return {"Group": group_shown(changed)}


@operation("DeleteGroup")
def delete_group(call: Call[shapes.DeleteGroupRequestTypeDef]) -> None:
    """Delete a group, whether or not it has members."""
    call.unit.groups.delete(_group(call))


@operation("ListGroups", reads=True, is_short=True)
def list_groups(call: Call[shapes.ListGroupsRequestTypeDef]) -> dict[str, Any]:
    """List the groups of a pool."""
    pool = call.pool
    page = call.page(lambda limit, token: call.unit.groups.page(pool.id, limit, token), "Limit", "NextToken")
    return {"Groups": page.of(group_shown), "NextToken": page.token}


@operation("ListUsersInGroup", reads=True, is_short=True)
def list_users_in_group(call: Call[shapes.ListUsersInGroupRequestTypeDef]) -> dict[str, Any]:
    """List the members of a group."""
    group = _group(call)
    page = call.page(lambda limit, token: call.unit.users.page_in(group, limit, token), "Limit", "NextToken")
    return {"Users": page.of(user_shown), "NextToken": page.token}


@operation("AdminAddUserToGroup")
def admin_add_user_to_group(call: Call[shapes.AdminAddUserToGroupRequestTypeDef]) -> None:
    """Add a user to a group, unless they are a member already."""
    user, group = call.user, _group(call)
    present = call.unit.groups.of(user)
    if group.id not in {other.id for other in present} and len(present) >= _MOST_MEMBERSHIPS:
        # AWS unknown: how AdminAddUserToGroup refuses a user's hundred-and-first group, since it does not declare
        # LimitExceededException.
        raise InvalidParameterException(f"A user cannot be in more than {_MOST_MEMBERSHIPS} groups.")
    call.unit.groups.add_member(group, user)


@operation("AdminRemoveUserFromGroup")
def admin_remove_user_from_group(call: Call[shapes.AdminRemoveUserFromGroupRequestTypeDef]) -> None:
    """Remove a user from a group, if they are a member."""
    user, group = call.user, _group(call)
    call.unit.groups.remove_member(group, user)


@operation("AdminListGroupsForUser", reads=True, is_short=True)
def admin_list_groups_for_user(call: Call[shapes.AdminListGroupsForUserRequestTypeDef]) -> dict[str, Any]:
    """List the groups of a user."""
    user = call.user
    page = call.page(lambda limit, token: call.unit.groups.page_of(user, limit, token), "Limit", "NextToken")
    return {"Groups": page.of(group_shown), "NextToken": page.token}


def _group(call: Call[Any]) -> Group:
    group = call.unit.groups.named(call.pool.id, call.given("GroupName"))
    if group is None:
        raise ResourceNotFoundException("Group not found.")
    return group
