"""Users: searches by number, name, `sub`, alias and attribute; their count; their password history."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from storage.records.pools import Pool
from storage.unit import Unit
from storage.violations import UniqueViolation
from tests.storage.rows import NOON, a_group, a_pool, a_user


def counted(unit: Unit, pool: Pool) -> int:
    return unit.users.count(pool.id)


def test_a_user_is_got_as_they_were_added_by_every_name(unit: Unit) -> None:
    pool = a_pool(unit)
    user = a_user(unit, pool, "Ana", key="ana", sub="s-1", password="digest", email="ana@example.com")
    assert user.id > 0
    assert unit.users.get(user.id) == user
    assert unit.users.named(pool.id, "ana") == user
    assert unit.users.with_sub(pool.id, "s-1") == user


def test_nobody_is_found_in_another_pool_or_under_another_name(unit: Unit) -> None:
    pool, other = a_pool(unit), a_pool(unit, "us-east-1_b")
    user = a_user(unit, pool, "Ana", key="ana")
    unit.users.add_alias(user, "email", "ana@example.com")
    assert unit.users.named(other.id, "ana") is None
    assert unit.users.named(pool.id, "Ana") is None
    assert unit.users.with_sub(other.id, user.sub) is None
    assert unit.users.aliased(other.id, "email", "ana@example.com") is None
    assert unit.users.aliased(pool.id, "phone_number", "ana@example.com") is None
    assert unit.users.get(user.id + 1) is None


def test_two_pools_may_have_a_user_of_one_name(unit: Unit) -> None:
    one, two = a_user(unit, a_pool(unit)), a_user(unit, a_pool(unit, "us-east-1_b"))
    assert one.id != two.id
    assert unit.users.named(two.pool_id, "ana") == two


def test_the_number_of_a_deleted_user_is_given_to_nobody_else(unit: Unit) -> None:
    pool = a_pool(unit)
    user = a_user(unit, pool)
    unit.users.delete(user)
    assert a_user(unit, pool).id > user.id


def test_users_are_counted_as_they_come_and_go(unit: Unit) -> None:
    pool, other = a_pool(unit), a_pool(unit, "us-east-1_b")
    ana, _bob = a_user(unit, pool, "ana"), a_user(unit, pool, "bob")
    assert (counted(unit, pool), counted(unit, other)) == (2, 0)
    unit.users.delete(ana)
    assert counted(unit, pool) == 1


def test_a_user_who_is_deleted_twice_is_counted_once(unit: Unit) -> None:
    pool = a_pool(unit)
    ana, _bob = a_user(unit, pool, "ana"), a_user(unit, pool, "bob")
    unit.users.delete(ana)
    unit.users.delete(ana)
    assert counted(unit, pool) == 1


def test_a_refused_user_is_not_counted(unit: Unit) -> None:
    pool = a_pool(unit)
    a_user(unit, pool)
    with pytest.raises(UniqueViolation):
        a_user(unit, pool, sub="another")
    assert counted(unit, pool) == 1


def test_an_emptied_pool_counts_from_nothing(unit: Unit) -> None:
    pool = a_pool(unit)
    a_user(unit, pool)
    unit.pool_contents.delete(pool)
    assert counted(unit, pool) == 0
    a_user(unit, pool)
    assert counted(unit, pool) == 1


def test_what_changes_is_kept_and_the_rest_stays(unit: Unit) -> None:
    user = a_user(unit, a_pool(unit), password="digest", email="ana@example.com")
    other = a_user(unit, a_pool(unit, "us-east-1_b"), email="ana@example.com")
    changed = unit.users.change(user, status="FORCE_CHANGE_PASSWORD", enabled=False, modified=NOON + 1)
    assert changed == replace(user, status="FORCE_CHANGE_PASSWORD", enabled=False, modified=NOON + 1)
    assert unit.users.get(user.id) == changed
    assert unit.users.get(other.id) == other
    assert unit.users.page(user.pool_id, 10, None, column="email", equals="ana@example.com").items == [changed]


def test_a_change_of_attributes_changes_what_a_user_is_found_by(unit: Unit) -> None:
    pool = a_pool(unit)
    user = a_user(unit, pool, email="old@example.com", name="Ana")
    changed = unit.users.change(user, attributes={"email": "New@example.com"}, searched={"email": "new@example.com"})
    assert unit.users.page(pool.id, 10, None, column="email", equals="old@example.com").items == []
    assert unit.users.page(pool.id, 10, None, column="email", equals="new@example.com").items == [changed]
    assert unit.users.page(pool.id, 10, None, column="name", equals="Ana").items == []
    assert changed.attributes == {"email": "New@example.com"}


@pytest.mark.parametrize("column", ["email", "phone_number", "name", "given_name", "family_name", "preferred_username"])
def test_users_are_found_by_each_searchable_attribute(unit: Unit, column: str) -> None:
    pool = a_pool(unit)
    wanted: dict[str, Any] = {column: "value"}
    unwanted: dict[str, Any] = {column: "another"}
    found = a_user(unit, pool, "ana", **wanted)
    a_user(unit, pool, "bob", **unwanted)
    a_user(unit, pool, "eve")
    a_user(unit, a_pool(unit, "us-east-1_b"), **wanted)
    assert unit.users.page(pool.id, 10, None, column=column, equals="value").items == [found]
    assert unit.users.page(pool.id, 10, None, column=column, begins="val").items == [found]


def test_users_are_found_by_username_sub_status_and_whether_they_are_enabled(unit: Unit) -> None:
    pool = a_pool(unit)
    ana = a_user(unit, pool, "ana", sub="1")
    bob = a_user(unit, pool, "bob", sub="2", enabled=False, status="UNCONFIRMED")
    conditions: list[tuple[str, str | bool]] = [
        ("username", "bob"),
        ("sub", "2"),
        ("status", "UNCONFIRMED"),
        ("enabled", False),
    ]
    for column, value in conditions:
        assert unit.users.page(pool.id, 10, None, column=column, equals=value).items == [bob]
    assert unit.users.page(pool.id, 10, None, column="enabled", equals=True).items == [ana]


def test_an_alias_finds_its_user_until_it_is_taken_away(unit: Unit) -> None:
    pool = a_pool(unit)
    user = a_user(unit, pool)
    unit.users.add_alias(user, "email", "ana@example.com")
    unit.users.add_alias(user, "phone_number", "+15550100")
    assert unit.users.aliased(pool.id, "email", "ana@example.com") == user
    assert unit.users.aliases(user) == {"email": "ana@example.com", "phone_number": "+15550100"}
    unit.users.remove_alias(user, "email")
    assert unit.users.aliased(pool.id, "email", "ana@example.com") is None
    assert unit.users.aliases(user) == {"phone_number": "+15550100"}


def test_an_alias_that_was_given_up_is_free(unit: Unit) -> None:
    pool = a_pool(unit)
    ana, bob = a_user(unit, pool, "ana"), a_user(unit, pool, "bob")
    unit.users.add_alias(ana, "email", "a@example.com")
    with pytest.raises(UniqueViolation):
        unit.users.add_alias(bob, "email", "a@example.com")
    unit.users.remove_alias(ana, "email")
    unit.users.add_alias(bob, "email", "a@example.com")
    assert unit.users.aliased(pool.id, "email", "a@example.com") == bob


def test_members_of_a_group_come_oldest_first(unit: Unit) -> None:
    pool = a_pool(unit)
    group, other = a_group(unit, pool), a_group(unit, pool, "others")
    users = [a_user(unit, pool, name) for name in ("zoe", "bob", "ana")]
    for user in reversed(users):
        unit.groups.add_member(group, user)
    assert unit.users.page_in(group, 10, None).items == users
    assert unit.users.page_in(other, 10, None).items == []


def test_the_newest_past_passwords_are_kept_and_no_more(unit: Unit) -> None:
    pool = a_pool(unit)
    user, other = a_user(unit, pool, "ana"), a_user(unit, pool, "bob", password="theirs")
    unit.users.remember_password(other, 3)
    for number in range(5):
        unit.users.remember_password(replace(user, password=f"digest {number}"), 3)
    assert unit.users.past_passwords(user, 10) == ["digest 4", "digest 3", "digest 2"]
    assert unit.users.past_passwords(user, 2) == ["digest 4", "digest 3"]
    assert unit.users.past_passwords(other, 10) == ["theirs"]


def test_a_shorter_history_forgets_the_rest(unit: Unit) -> None:
    user = a_user(unit, a_pool(unit))
    for number in range(3):
        unit.users.remember_password(replace(user, password=f"digest {number}"), 3)
    unit.users.remember_password(user, 1)
    assert unit.users.past_passwords(user, 10) == ["digest 2"]
    unit.users.remember_password(user, 0)
    assert unit.users.past_passwords(user, 10) == []
