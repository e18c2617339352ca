"""What is recorded of the changes of a pool, when, and what is none; a paused pool; the end of what was recorded."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec.structs import replace
from sqlalchemy import select

from storage.records.pools import Pool
from storage.records.recoveries import Change, Counts
from storage.repositories.users import NewUser
from storage.store import Store
from storage.tables.history import history
from storage.unit import Unit
from storage.violations import Paused
from tests.storage.configuration import a_link
from tests.storage.rows import (
    NOON,
    Filled,
    a_code,
    a_device,
    a_group,
    a_passkey,
    a_pool,
    a_software_token,
    a_user,
    fill,
    some_attempts,
)

NOTHING = dict.fromkeys(("Users", "Groups", "User MFAs", "Passkeys"), Counts())


def changes(unit: Unit, pool: Pool) -> list[Change]:
    query = select(history).where(history.c.pool_id == pool.id).order_by(history.c.number)
    return [Change(**row) for row in unit.read(query).mappings()]


def recorded(unit: Unit, pool: Pool) -> list[tuple[float, str, str, bool]]:
    """Time, kind and key of each change, and whether the entity existed before."""
    return [(each.time, each.kind, each.key, each.before is not None) for each in changes(unit, pool)]


def filled_with_history(unit: Unit) -> Filled:
    """A pool with a row in every table, whose changes are recorded from now on."""
    filled = fill(unit)
    unit.now = NOON
    pool = unit.history.begin(filled.pool)
    unit.write(history.delete())
    return replace(filled, pool=pool)


WRITES: dict[str, Callable[[Unit, Filled], object]] = {
    "a new user": lambda unit, a: a_user(unit, a.pool, "new"),
    "imported users": lambda unit, a: unit.users.add_many(
        a.pool.id, [NewUser(replace(a.user, username="new", sub="new"), "new", {}, {})]
    ),
    "changed attributes": lambda unit, a: unit.users.change(a.user, attributes={}, searched={}, modified=NOON),
    "changed settings": lambda unit, a: unit.users.change(a.user, settings={}),
    "a password": lambda unit, a: unit.users.change(a.user, password="new", verifier=b"new", password_set=NOON),
    "a past password": lambda unit, a: unit.users.remember_password(a.user, 3),
    "an alias": lambda unit, a: unit.users.add_alias(a.user, "preferred_username", "ana"),
    "a removed alias": lambda unit, a: unit.users.remove_alias(a.user, "email"),
    "a deleted user": lambda unit, a: unit.users.delete(a.user),
    "a link": lambda unit, a: a_link(unit, a.user, "new"),
    "a changed link": lambda unit, a: unit.links.change(unit.links.of(a.user.id)[0], settings={}),
    "a removed link": lambda unit, a: unit.links.delete(unit.links.of(a.user.id)[0]),
    "a verified software token": lambda unit, a: a_software_token(unit, a.user, b"new"),
    "an enrolled software token": lambda unit, a: unit.software_tokens.enrol(a.user.id, b"new", 1),
    "a deleted software token": lambda unit, a: unit.software_tokens.delete(a.user.id),
    "a new group": lambda unit, a: a_group(unit, a.pool, "new"),
    "a changed group": lambda unit, a: unit.groups.change(a.group, settings={}, modified=NOON),
    "a deleted group": lambda unit, a: unit.groups.delete(a.group),
    "a new member": lambda unit, a: unit.groups.add_member(a.group, a_user(unit, a.pool, "new")),
    "a removed member": lambda unit, a: unit.groups.remove_member(a.group, a.user),
    "a passkey": lambda unit, a: a_passkey(unit, a.user, "new"),
    "a changed passkey": lambda unit, a: unit.passkeys.change(unit.passkeys.of(a.user.id)[0], settings={}),
    "a deleted passkey": lambda unit, a: unit.passkeys.delete(unit.passkeys.of(a.user.id)[0]),
}
NO_CHANGES: dict[str, Callable[[Unit, Filled], object]] = {
    "a computed verifier": lambda unit, a: unit.users.change(a.user, verifier=b"computed"),
    "a hash of ours for an imported one": lambda unit, a: unit.users.change(a.user, password="new", verifier=b"new"),
    "a counted passkey": lambda unit, a: unit.passkeys.advance(unit.passkeys.of(a.user.id)[0], 2),
    "a used code": lambda unit, a: unit.software_tokens.advance(a.user.id, 2),
    "a software token to verify": lambda unit, a: unit.software_tokens.associate(a.user.id, b"pending"),
    "a device": lambda unit, a: a_device(unit, a.user, "new"),
    "a sent code": lambda unit, a: unit.codes.put(a_code(a.user)),
    "a wrong password": lambda unit, a: unit.codes.put_attempts(some_attempts(a.user, count=2)),
    "a sign-out": lambda unit, a: unit.tokens.revoke_all(a.user.id),
    "a member who is one already": lambda unit, a: unit.groups.add_member(a.group, a.user),
    "a configured pool": lambda unit, a: unit.pools.change(a.pool, name="new", settings={}, modified=NOON),
}


@pytest.mark.parametrize("write", WRITES)
def test_a_change_is_recorded_and_can_be_taken_back(store: Store, write: str) -> None:
    with store.unit(writes=True) as unit:
        filled = filled_with_history(unit)
    with store.unit(writes=True) as unit:
        unit.now = NOON + 1
        WRITES[write](unit, filled)
        assert {each.time for each in changes(unit, filled.pool)} == {NOON + 1}
    with store.unit(writes=True) as unit:
        unit.now = NOON + 2
        unit.history.restore(filled.pool.id, NOON)
        assert unit.history.preview(filled.pool.id, NOON) == NOTHING


@pytest.mark.parametrize("write", NO_CHANGES)
def test_what_sign_ins_write_is_no_change_and_works_in_a_paused_pool(unit: Unit, write: str) -> None:
    filled = filled_with_history(unit)
    unit.pools.pause(filled.pool, NOON + 1)
    NO_CHANGES[write](unit, filled)
    assert changes(unit, filled.pool) == []


@pytest.mark.parametrize("write", WRITES)
def test_a_paused_pool_refuses_every_change(store: Store, write: str) -> None:
    with store.unit(writes=True) as unit:
        filled = filled_with_history(unit)
        unit.pools.pause(filled.pool, NOON + 1)
    with pytest.raises(Paused), store.unit(writes=True) as unit:
        unit.now = NOON + 0.9
        WRITES[write](unit, filled)
    with store.unit(writes=True) as unit:
        unit.now = NOON + 1
        WRITES[write](unit, filled)


def test_a_pool_without_history_can_be_paused_too(store: Store) -> None:
    with store.unit(writes=True) as unit:
        pool = unit.pools.pause(a_pool(unit), NOON + 1)
    with pytest.raises(Paused), store.unit(writes=True) as unit:
        unit.now = NOON
        a_user(unit, pool)
    with store.unit(writes=False) as unit:
        assert unit.users.named(pool.id, "ana") is None


def test_a_paused_pool_pauses_no_other(unit: Unit) -> None:
    filled = filled_with_history(unit)
    unit.pools.pause(filled.pool, NOON + 1)
    other = unit.history.begin(a_pool(unit, "us-east-1_other"))
    a_user(unit, other)
    assert len(changes(unit, other)) == 1


def test_the_first_change_of_each_transaction_is_recorded_as_it_was_before(store: Store) -> None:
    with store.unit(writes=True) as unit:
        unit.now = NOON
        pool = unit.history.begin(a_pool(unit))
        user = a_user(unit, pool, status="UNCONFIRMED")
        unit.users.change(user, status="CONFIRMED")
    for turn in (1, 2):
        with store.unit(writes=True) as unit:
            unit.now = NOON + turn
            user = unit.users.change(user, attributes={"name": f"first {turn}"}, searched={})
            user = unit.users.change(user, attributes={"name": f"second {turn}"}, searched={})
            unit.users.add_alias(user, "email", str(turn))
            unit.users.remove_alias(user, "email")
    with store.unit(writes=False) as unit:
        images = [each.before for each in changes(unit, pool)]
        assert [image and (image["status"], image["attributes"]) for image in images] == [
            None,
            ("CONFIRMED", {}),
            ("CONFIRMED", {"name": "second 1"}),
        ]


def test_after_a_commit_in_the_middle_of_a_unit_a_change_is_recorded_again(store: Store) -> None:
    with store.unit(writes=True) as unit:
        unit.now = NOON
        pool = unit.history.begin(a_pool(unit))
        user = a_user(unit, pool)
        unit.commit()
        unit.users.change(user, enabled=False)
        unit.close()
        unit.users.change(user, status="UNCONFIRMED")
        assert recorded(unit, pool) == [(NOON, "user", str(user.id), False), (NOON, "user", str(user.id), True)]


def test_a_write_that_began_before_the_pool_was_paused_does_not_land_in_the_pause(store: Store) -> None:
    with store.unit(writes=True) as unit:
        unit.now = NOON
        pool = unit.history.begin(a_pool(unit))
        user = a_user(unit, pool)

    def pause() -> None:
        store.while_released = None
        with store.unit(writes=True) as other:
            other.pools.pause(pool, NOON + 60)

    with pytest.raises(Paused), store.unit(writes=True) as unit:
        unit.now = NOON
        assert unit.users.get(user.id) == user
        store.while_released = pause
        with unit.released():
            pass
        unit.users.change(user, enabled=False)
    with store.unit(writes=False) as unit:
        assert unit.users.get(user.id) == user


@pytest.mark.parametrize("write", WRITES)
def test_nothing_is_recorded_of_a_pool_without_history(unit: Unit, write: str) -> None:
    filled = fill(unit)
    unit.write(history.delete())
    WRITES[write](unit, filled)
    assert changes(unit, filled.pool) == []


def test_a_pool_that_is_made_anew_with_a_history_has_it(unit: Unit) -> None:
    """Also in a unit that knows of a pool with its id that has none."""
    old = a_pool(unit)
    a_user(unit, old)
    unit.pools.delete(old)
    pool = unit.pools.add(replace(old, history_since=NOON))
    a_user(unit, pool)
    assert len(changes(unit, pool)) == 1


def test_a_history_begins_once_and_ends_with_all_that_it_has(unit: Unit) -> None:
    unit.now = NOON
    pool = unit.history.begin(a_pool(unit))
    other = unit.history.begin(a_pool(unit, "us-east-1_other"))
    a_user(unit, pool)
    a_user(unit, other)
    unit.now = NOON + 1
    assert unit.history.begin(pool).history_since == NOON
    ended = unit.history.end(pool)
    assert ended.history_since is None
    assert unit.pools.get(pool.id) == ended
    a_user(unit, pool, "bob")
    assert changes(unit, pool) == []
    assert len(changes(unit, other)) == 1
    unit.now = NOON + 2
    assert unit.history.begin(ended).history_since == NOON + 2
    a_user(unit, pool, "eva")
    assert len(changes(unit, pool)) == 1


def test_pools_without_history_are_found(unit: Unit) -> None:
    pool, _ = a_pool(unit), unit.history.begin(a_pool(unit, "us-east-1_other"))
    assert unit.pools.without_history() == [pool]


def test_a_deleted_user_is_recorded_with_memberships_and_passkeys(unit: Unit) -> None:
    filled = filled_with_history(unit)
    unit.users.delete(filled.user)
    user, group = filled.user.id, filled.group.id
    assert recorded(unit, filled.pool) == [
        (NOON, "user", str(user), True),
        (NOON, "member", f"{group}:{user}", True),
        (NOON, "passkey", "credential", True),
    ]


def test_a_deleted_group_is_recorded_with_its_memberships(unit: Unit) -> None:
    filled = filled_with_history(unit)
    unit.groups.delete(filled.group)
    assert recorded(unit, filled.pool) == [
        (NOON, "group", str(filled.group.id), True),
        (NOON, "member", f"{filled.group.id}:{filled.user.id}", True),
    ]


def test_a_deleted_pool_takes_its_history_and_records_nothing(unit: Unit) -> None:
    filled = filled_with_history(unit)
    a_user(unit, filled.pool, "new")
    unit.pools.delete(filled.pool)
    assert unit.history.newest() is None


def test_an_emptied_pool_has_a_new_history(unit: Unit) -> None:
    filled = filled_with_history(unit)
    a_user(unit, filled.pool, "new")
    unit.now = NOON + 5
    unit.pool_contents.delete(filled.pool)
    assert changes(unit, filled.pool) == []
    pool = unit.pools.get(filled.pool.id)
    assert pool is not None
    assert pool.history_since == NOON + 5
    a_user(unit, pool, "new")
    assert unit.history.preview(pool.id, NOON + 4)["Users"] == Counts(delete=1)


def test_an_emptied_pool_without_history_stays_without(unit: Unit) -> None:
    filled = fill(unit)
    unit.pool_contents.delete(filled.pool)
    pool = unit.pools.get(filled.pool.id)
    assert pool is not None
    assert pool.history_since is None
