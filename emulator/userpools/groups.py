"""Groups and who is in them."""

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
from storage.store import Taken

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import type_defs as shapes

_SETTINGS = ("Description", "RoleArn", "Precedence")
_MOST_GROUPS = 10_000
_MOST_MEMBERSHIPS = 100


@operation("CreateGroup")
def create_group(call: Call[shapes.CreateGroupRequestTypeDef]) -> dict[str, Any]:
    """Create a group in a pool.

    AWS unknown: whether GetGroup and the like find a group by a name in another case, in a pool where CreateGroup
    ignores it; they do not here.
    """
    settings = {name: call.given(name) for name in _SETTINGS if call.given(name) is not None}
    if call.unit.groups.count(call.pool.id) >= _MOST_GROUPS:
        raise LimitExceededException(f"A user pool cannot have more than {_MOST_GROUPS} groups.")
    try:
        name, pool = call.request["GroupName"], call.pool
        key = usernames.fold(pool.settings, "group", name)
        group = call.unit.groups.add(pool.id, name, settings, call.now, key=key)
    except Taken:
        raise GroupExistsException("A group with the name already exists.") from None
    return {"Group": group_shown(group)}


@operation("GetGroup", reads=True)
def get_group(call: Call[shapes.GetGroupRequestTypeDef]) -> dict[str, Any]:
    """Describe a group."""
    return {"Group": group_shown(_group(call))}


@operation("UpdateGroup")
def update_group(call: Call[shapes.UpdateGroupRequestTypeDef]) -> dict[str, Any]:
    """Change a group. AWS unknown: whether members left out are reset; they are kept here."""
    group = _group(call)
    given = {name: call.given(name) for name in _SETTINGS if call.given(name) is not None}
    changed = call.unit.groups.change(group, settings=group.settings | given, modified=call.now)
    return {"Group": group_shown(changed)}


@operation("DeleteGroup")
def delete_group(call: Call[shapes.DeleteGroupRequestTypeDef]) -> None:
    """Delete a group, with members or without."""
    call.unit.groups.delete(_group(call))


@operation("ListGroups", reads=True)
def list_groups(call: Call[shapes.ListGroupsRequestTypeDef]) -> dict[str, Any]:
    """The groups of a pool, page by page."""
    pool = call.pool
    page = call.page(lambda limit, token: call.unit.groups.page(pool.id, limit, token), "Limit", "NextToken")
    return {"Groups": page.of(group_shown), "NextToken": page.token}


@operation("ListUsersInGroup", reads=True)
def list_users_in_group(call: Call[shapes.ListUsersInGroupRequestTypeDef]) -> dict[str, Any]:
    """The members of a group, page by page."""
    group = _group(call)
    page = call.page(lambda limit, token: call.unit.users.page_in(group, limit, token), "Limit", "NextToken")
    return {"Users": page.of(user_shown), "NextToken": page.token}


@operation("AdminAddUserToGroup")
def admin_add_user_to_group(call: Call[shapes.AdminAddUserToGroupRequestTypeDef]) -> None:
    """Make a user a member; nothing changes for one who is.

    AWS unknown: how a user's hundred-and-first group is refused; the operation declares no LimitExceededException.
    """
    user, group = call.user, _group(call)
    present = call.unit.groups.of(user)
    if group.id not in {other.id for other in present} and len(present) >= _MOST_MEMBERSHIPS:
        raise InvalidParameterException(f"A user cannot be in more than {_MOST_MEMBERSHIPS} groups.")
    call.unit.groups.add_member(group, user)


@operation("AdminRemoveUserFromGroup")
def admin_remove_user_from_group(call: Call[shapes.AdminRemoveUserFromGroupRequestTypeDef]) -> None:
    """Take a user out of a group; nothing changes for one who is not in it."""
    user, group = call.user, _group(call)
    call.unit.groups.remove_member(group, user)


@operation("AdminListGroupsForUser", reads=True)
def admin_list_groups_for_user(call: Call[shapes.AdminListGroupsForUserRequestTypeDef]) -> dict[str, Any]:
    """The groups that a user is in, page by page."""
    user = call.user
    page = call.page(lambda limit, token: call.unit.groups.page_of(user, limit, token), "Limit", "NextToken")
    return {"Groups": page.of(group_shown), "NextToken": page.token}


def _group(call: Call[Any]) -> Group:
    group = call.unit.groups.named(call.pool.id, call.given("GroupName"))
    if group is None:
        raise ResourceNotFoundException("Group not found.")
    return group
