"""The pages of groups."""

from __future__ import annotations

from tests.builders import Api, a_pool, a_user
from tests.console.person import Person


def test_a_group_is_changed_and_deleted_and_has_members(api: Api) -> None:
    pool, name = a_pool(api), "a/b?c=d&<i>#\u05d0"
    a_user(api, pool, email="ana@example.com")
    person = Person(api)
    person.open(f"/_emulator/console/pools/{pool}/groups")
    person.send("GroupName", GroupName=name, Precedence="3")
    person.send("update", Description="Staff <b> \u202e")
    group = api.idp("GetGroup", UserPoolId=pool, GroupName=name)["Group"]
    assert (group["Description"], group["Precedence"]) == ("Staff <b> \u202e", 3)
    person.send("add", Username="ana")
    assert "<bdi>ana</bdi>" in person.page
    assert "<bdi>ana@example.com</bdi>" in person.page
    person.send("remove")
    assert api.idp("ListUsersInGroup", UserPoolId=pool, GroupName=name)["Users"] == []
    person.send("add", Username="nobody")
    assert person.alert == "UserNotFoundException: User does not exist."
    person.send("delete")
    assert api.idp("ListGroups", UserPoolId=pool)["Groups"] == []
