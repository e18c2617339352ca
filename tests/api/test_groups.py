"""The nine operations on groups."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.people import NOBODY, refused
from tests.builders import Api, a_client, a_pool, a_user, claims, pairs, sign_in
from tests.conftest import NOON

MISSING = ("ResourceNotFoundException", "Group not found.")
NO_POOL = ("ResourceNotFoundException", "User pool us-east-1_123456789 does not exist.")
ROLE = "arn:aws:iam::000000000000:role/staff"
MEMBERS = {
    "CreateGroup": {"GroupName": "staff"},
    "GetGroup": {"GroupName": "staff"},
    "UpdateGroup": {"GroupName": "staff"},
    "DeleteGroup": {"GroupName": "staff"},
    "ListGroups": {},
    "ListUsersInGroup": {"GroupName": "staff"},
    "AdminAddUserToGroup": {"GroupName": "staff", "Username": "ana"},
    "AdminRemoveUserFromGroup": {"GroupName": "staff", "Username": "ana"},
    "AdminListGroupsForUser": {"Username": "ana"},
}


@pytest.fixture
def pool(api: Api) -> str:
    """A pool with Ana, and the group staff."""
    pool = a_pool(api)
    a_user(api, pool)
    create(api, pool, "staff")
    return pool


def create(api: Api, pool: str, name: str, **members: Any) -> dict[str, Any]:
    return dict(api.idp("CreateGroup", UserPoolId=pool, GroupName=name, **members)["Group"])


def add(api: Api, pool: str, group: str = "staff", username: str = "ana") -> None:
    assert api.idp("AdminAddUserToGroup", UserPoolId=pool, GroupName=group, Username=username) == {}


def remove(api: Api, pool: str, group: str = "staff", username: str = "ana") -> None:
    assert api.idp("AdminRemoveUserFromGroup", UserPoolId=pool, GroupName=group, Username=username) == {}


def groups_of(api: Api, pool: str, username: str = "ana", **members: Any) -> list[str]:
    answer = api.idp("AdminListGroupsForUser", UserPoolId=pool, Username=username, **members)
    return [group["GroupName"] for group in answer["Groups"]]


def users_in(api: Api, pool: str, group: str = "staff", **members: Any) -> list[str]:
    answer = api.idp("ListUsersInGroup", UserPoolId=pool, GroupName=group, **members)
    return [user["Username"] for user in answer["Users"]]


def test_a_group_is_shown_as_it_was_made(api: Api, pool: str) -> None:
    group = create(api, pool, "boss", Description="Those who say", RoleArn=ROLE, Precedence=0)
    assert group == {
        "GroupName": "boss",
        "UserPoolId": pool,
        "Description": "Those who say",
        "RoleArn": ROLE,
        "Precedence": 0,
        "LastModifiedDate": NOON,
        "CreationDate": NOON,
    }
    assert api.idp("GetGroup", UserPoolId=pool, GroupName="boss") == {"Group": group}


def test_what_was_not_said_is_not_shown(api: Api, pool: str) -> None:
    group = api.idp("GetGroup", UserPoolId=pool, GroupName="staff")["Group"]
    assert group == {"GroupName": "staff", "UserPoolId": pool, "LastModifiedDate": NOON, "CreationDate": NOON}


def test_a_name_is_taken_only_once_in_a_pool(api: Api, pool: str) -> None:
    with refused("GroupExistsException", "A group with the name already exists."):
        create(api, pool, "staff")
    create(api, pool, "Staff")
    create(api, a_pool(api), "staff")


def test_an_update_keeps_what_it_leaves_out(api: Api, pool: str) -> None:
    create(api, pool, "boss", Description="Those who say", RoleArn=ROLE, Precedence=5)
    api.world.clock.advance(minutes=1)
    changed = api.idp("UpdateGroup", UserPoolId=pool, GroupName="boss", Precedence=0)["Group"]
    assert changed == {
        "GroupName": "boss",
        "UserPoolId": pool,
        "Description": "Those who say",
        "RoleArn": ROLE,
        "Precedence": 0,
        "LastModifiedDate": NOON + 60,
        "CreationDate": NOON,
    }
    assert api.idp("GetGroup", UserPoolId=pool, GroupName="boss")["Group"] == changed


def test_members_come_and_go(api: Api, pool: str) -> None:
    add(api, pool)
    add(api, pool)
    assert groups_of(api, pool) == ["staff"]
    assert users_in(api, pool) == ["ana"]
    remove(api, pool)
    remove(api, pool)
    assert groups_of(api, pool) == []
    assert users_in(api, pool) == []


def test_members_are_shown_as_in_any_list(api: Api, pool: str) -> None:
    add(api, pool)
    listed = api.idp("ListUsers", UserPoolId=pool)["Users"]
    assert api.idp("ListUsersInGroup", UserPoolId=pool, GroupName="staff") == {"Users": listed}


def test_every_name_of_a_user_makes_them_a_member(api: Api) -> None:
    pool = a_pool(api, UsernameAttributes=["email"])
    user = a_user(api, pool, "ana@example.com")
    create(api, pool, "staff")
    create(api, pool, "boss")
    add(api, pool, "staff", "ana@example.com")
    add(api, pool, "boss", user["Username"])
    assert groups_of(api, pool, "ana@example.com") == ["staff", "boss"]


def test_a_membership_survives_a_new_address(api: Api) -> None:
    pool = a_pool(api, UsernameAttributes=["email"])
    a_user(api, pool, "ana@example.com")
    create(api, pool, "staff")
    add(api, pool, "staff", "ana@example.com")
    changed = pairs({"email": "new@example.com", "email_verified": "true"})
    api.idp("AdminUpdateUserAttributes", UserPoolId=pool, Username="ana@example.com", UserAttributes=changed)
    assert groups_of(api, pool, "new@example.com") == ["staff"]


def test_a_group_is_deleted_with_its_members_in_it(api: Api, pool: str) -> None:
    add(api, pool)
    assert api.idp("DeleteGroup", UserPoolId=pool, GroupName="staff") == {}
    with refused(*MISSING):
        users_in(api, pool)
    assert groups_of(api, pool) == []
    create(api, pool, "staff")
    assert users_in(api, pool) == []


def test_a_deleted_user_is_in_no_group(api: Api, pool: str) -> None:
    add(api, pool)
    api.idp("AdminDeleteUser", UserPoolId=pool, Username="ana")
    assert users_in(api, pool) == []


@pytest.mark.parametrize("operation", MEMBERS)
def test_an_unknown_pool(api: Api, operation: str) -> None:
    with refused(*NO_POOL):
        api.idp(operation, UserPoolId="us-east-1_123456789", **MEMBERS[operation])


@pytest.mark.parametrize("operation", [name for name in MEMBERS if "GroupName" in MEMBERS[name]][1:])
def test_an_unknown_group(api: Api, pool: str, operation: str) -> None:
    with refused(*MISSING):
        api.idp(operation, UserPoolId=pool, **{**MEMBERS[operation], "GroupName": "nobody"})


@pytest.mark.parametrize("operation", [name for name in MEMBERS if "Username" in MEMBERS[name]])
def test_an_unknown_user(api: Api, pool: str, operation: str) -> None:
    with refused(*NOBODY):
        api.idp(operation, UserPoolId=pool, **{**MEMBERS[operation], "Username": "bea"})


def test_another_pools_user_is_unknown(api: Api, pool: str) -> None:
    other = a_pool(api)
    create(api, other, "staff")
    with refused(*NOBODY):
        add(api, other)


def pages(api: Api, operation: str, member: str, name: str, **members: Any) -> list[list[str]]:
    found, token = [], None
    while True:
        answer = api.idp(operation, **members, **({"NextToken": token} if token else {}))
        found.append([item[name] for item in answer[member]])
        token = answer.get("NextToken")
        if token is None:
            return found


def test_groups_come_in_pages(api: Api, pool: str) -> None:
    names = [f"group{number}" for number in range(4)]
    for name in names:
        create(api, pool, name)
        add(api, pool, name)
    assert pages(api, "ListGroups", "Groups", "GroupName", UserPoolId=pool, Limit=2) == [
        ["group0", "group1"],
        ["group2", "group3"],
        ["staff"],
    ]
    mine = pages(api, "AdminListGroupsForUser", "Groups", "GroupName", UserPoolId=pool, Username="ana", Limit=3)
    assert mine == [names[:3], names[3:]]
    assert len(pages(api, "ListGroups", "Groups", "GroupName", UserPoolId=pool, Limit=0)) == 1


def test_members_come_in_pages(api: Api, pool: str) -> None:
    for number in range(5):
        a_user(api, pool, f"user{number}")
        add(api, pool, "staff", f"user{number}")
    members = {"UserPoolId": pool, "GroupName": "staff", "Limit": 2}
    assert pages(api, "ListUsersInGroup", "Users", "Username", **members) == [
        ["user0", "user1"],
        ["user2", "user3"],
        ["user4"],
    ]
    first = api.idp("ListUsersInGroup", **members)
    remove(api, pool, "staff", "user1")
    remove(api, pool, "staff", "user3")
    assert users_in(api, pool, NextToken=first["NextToken"]) == ["user2", "user4"]


def test_a_forged_token_is_refused(api: Api, pool: str) -> None:
    create(api, pool, "boss")
    token = api.idp("ListGroups", UserPoolId=pool, Limit=1)["NextToken"]
    for operation in ("ListGroups", "ListUsersInGroup", "AdminListGroupsForUser"):
        for forged in ("MQ==", "nonsense", *([] if operation == "ListGroups" else [token])):
            with refused("InvalidParameterException", "Invalid pagination token given."):
                api.idp(operation, UserPoolId=pool, **MEMBERS[operation], NextToken=forged)


def test_a_user_is_in_a_hundred_groups_at_most(api: Api, pool: str) -> None:
    for number in range(100):
        create(api, pool, f"group{number}")
        add(api, pool, f"group{number}")
    with refused("InvalidParameterException", "A user cannot be in more than 100 groups."):
        add(api, pool)
    add(api, pool, "group0")
    remove(api, pool, "group0")
    add(api, pool)


def test_groups_stand_in_tokens_by_precedence(api: Api, pool: str) -> None:
    create(api, pool, "boss", Precedence=1, RoleArn=ROLE)
    create(api, pool, "aide", Precedence=7)
    for group in ("staff", "aide", "boss"):
        add(api, pool, group)
    token = claims(sign_in(api, a_client(api, pool))["IdToken"])
    assert token["cognito:groups"] == ["boss", "aide", "staff"]
    assert (token["cognito:roles"], token["cognito:preferred_role"]) == ([ROLE], ROLE)


def test_a_precedence_is_not_negative(api: Api, pool: str) -> None:
    words = "Value '-1' at 'precedence' failed to satisfy constraint: Member must have value greater than or equal to 0"
    with refused("InvalidParameterException", f"1 validation error detected: {words}"):
        create(api, pool, "boss", Precedence=-1)


@pytest.mark.parametrize(("first", "second"), [("staff", "STAFF"), ("Émile", "éMILE")])
def test_names_that_differ_in_case_only_are_one_where_usernames_ignore_case(api: Api, first: str, second: str) -> None:
    pool = a_pool(api, UsernameConfiguration={"CaseSensitive": False})
    create(api, pool, first)
    with refused("GroupExistsException", "A group with the name already exists."):
        create(api, pool, second)
    with refused(*MISSING):
        api.idp("GetGroup", UserPoolId=pool, GroupName=second)
    api.idp("DeleteGroup", UserPoolId=pool, GroupName=first)
    assert create(api, pool, second)["GroupName"] == second


def test_names_that_differ_in_case_are_two_where_usernames_heed_it(api: Api, pool: str) -> None:
    create(api, pool, "STAFF")
    add(api, pool, "STAFF")
    assert users_in(api, pool, "staff") == []
    assert users_in(api, pool, "STAFF") == ["ana"]


def test_a_group_in_another_case_does_not_keep_a_provider_out(api: Api) -> None:
    pool = a_pool(api, UsernameConfiguration={"CaseSensitive": False})
    create(api, pool, f"{pool}_google")
    details = {"client_id": "id", "client_secret": "secret", "authorize_scopes": "openid"}
    named = {"UserPoolId": pool, "ProviderName": "Google", "ProviderType": "Google"}
    made = api.idp("CreateIdentityProvider", **named, ProviderDetails=details)
    assert made["IdentityProvider"]["ProviderName"] == "Google"
    listed = api.idp("ListGroups", UserPoolId=pool)["Groups"]
    assert [group["GroupName"] for group in listed] == [f"{pool}_google"]
