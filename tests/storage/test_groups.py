"""Groups and memberships."""

from __future__ import annotations

from msgspec.structs import replace

from storage.unit import Unit
from tests.storage.rows import NOON, a_group, a_pool, a_user


def test_a_group_is_found_by_name_in_its_pool(unit: Unit) -> None:
    pool, other = a_pool(unit), a_pool(unit, "us-east-1_b")
    group, theirs = a_group(unit, pool), a_group(unit, other)
    assert group.id != theirs.id
    assert unit.groups.named(pool.id, "admins") == group
    assert unit.groups.named(other.id, "admins") == theirs
    assert unit.groups.named(pool.id, "Admins") is None


def test_a_group_is_changed_and_deleted_and_its_members_stay(unit: Unit) -> None:
    pool = a_pool(unit)
    group, user = a_group(unit, pool), a_user(unit, pool)
    unit.groups.add_member(group, user)
    changed = unit.groups.change(group, settings={"Description": "all"}, modified=NOON + 1)
    assert changed == replace(group, settings={"Description": "all"}, modified=NOON + 1)
    assert unit.groups.named(pool.id, "admins") == changed
    unit.groups.delete(changed)
    assert unit.groups.named(pool.id, "admins") is None
    assert unit.groups.of(user) == []
    assert unit.users.get(user.id) == user


def test_a_new_group_of_an_old_name_has_none_of_its_members(unit: Unit) -> None:
    pool = a_pool(unit)
    group, user = a_group(unit, pool), a_user(unit, pool)
    unit.groups.add_member(group, user)
    unit.groups.delete(group)
    assert unit.users.page_in(a_group(unit, pool), 10, None).items == []


def test_groups_are_listed_by_name_and_counted_by_pool(unit: Unit) -> None:
    pool = a_pool(unit)
    groups = [a_group(unit, pool, name) for name in ("c", "a", "B")]
    a_group(unit, a_pool(unit, "us-east-1_b"), "d")
    assert unit.groups.page(pool.id, 10, None).items == [groups[2], groups[1], groups[0]]
    assert unit.groups.count(pool.id) == 3


def test_joining_and_leaving_twice_changes_nothing(unit: Unit) -> None:
    pool = a_pool(unit)
    group, user, other = a_group(unit, pool), a_user(unit, pool, "ana"), a_user(unit, pool, "bob")
    unit.groups.add_member(group, user)
    unit.groups.add_member(group, user)
    unit.groups.add_member(group, other)
    assert unit.groups.of(user) == [group]
    unit.groups.remove_member(group, user)
    unit.groups.remove_member(group, user)
    assert unit.groups.of(user) == []
    assert unit.groups.of(other) == [group]


def test_the_groups_of_a_user_come_by_name_or_page_by_page(unit: Unit) -> None:
    pool = a_pool(unit)
    user = a_user(unit, pool)
    second, first, _not_theirs = (a_group(unit, pool, name) for name in ("b", "a", "c"))
    unit.groups.add_member(first, user)
    unit.groups.add_member(second, user)
    assert unit.groups.of(user) == [first, second]
    assert unit.groups.page_of(user, 10, None).items == [second, first]
