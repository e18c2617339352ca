"""Identity pools, identities and their logins."""

from __future__ import annotations

from dataclasses import replace

from storage.records.identities import Login
from storage.store import Unit
from tests.storage.rows import NOON, an_identity, an_identity_pool


def test_an_identity_pool_is_got_changed_and_deleted(unit: Unit) -> None:
    pool = an_identity_pool(unit)
    assert unit.identity_pools.get(pool.id) == pool
    changed = unit.identity_pools.change(pool, roles={"Roles": {"authenticated": "arn"}}, modified=NOON + 1)
    assert changed == replace(pool, roles={"Roles": {"authenticated": "arn"}}, modified=NOON + 1)
    changed = unit.identity_pools.change(changed, name="new", settings={}, modified=NOON + 2)
    assert unit.identity_pools.get(pool.id) == changed
    unit.identity_pools.delete(pool)
    assert unit.identity_pools.get(pool.id) is None


def test_identity_pools_come_by_region(unit: Unit) -> None:
    here, there = an_identity_pool(unit), an_identity_pool(unit, "eu-west-1:a", "eu-west-1")
    assert unit.identity_pools.page("us-east-1", 10, None).items == [here]
    assert unit.identity_pools.page("eu-west-1", 10, None).items == [there]


def test_an_emptied_identity_pool_keeps_its_settings(unit: Unit) -> None:
    pool, other = an_identity_pool(unit), an_identity_pool(unit, "us-east-1:b")
    identity, theirs = an_identity(unit, pool), an_identity(unit, other, "us-east-1:j")
    unit.identity_pools.empty(pool)
    assert unit.identity_pools.get(pool.id) == pool
    assert unit.identities.get(identity.id) is None
    assert unit.identities.get(theirs.id) == theirs


def test_a_login_leads_to_its_identity_in_its_pool_alone(unit: Unit) -> None:
    pool, other = an_identity_pool(unit), an_identity_pool(unit, "us-east-1:b")
    identity = an_identity(unit, pool)
    login = Login(pool.id, "provider", "subject", identity.id)
    unit.identities.link(login)
    assert unit.identities.login(pool.id, "provider", "subject") == login
    assert unit.identities.logins(identity) == [login]
    assert unit.identities.login(other.id, "provider", "subject") is None
    assert unit.identities.login(pool.id, "another", "subject") is None
    assert unit.identities.login(pool.id, "provider", "another") is None


def test_a_guest_has_no_logins(unit: Unit) -> None:
    identity = an_identity(unit, an_identity_pool(unit))
    assert unit.identities.get(identity.id) == identity
    assert unit.identities.logins(identity) == []


def test_a_merged_identity_gives_its_logins_away_and_is_disabled(unit: Unit) -> None:
    pool = an_identity_pool(unit)
    winner, loser, other = (an_identity(unit, pool, name) for name in ("winner", "loser", "other"))
    for name, identity in (("b", winner), ("a", loser), ("c", other)):
        unit.identities.link(Login(pool.id, name, "subject", identity.id))
    unit.identities.merge(loser, winner, NOON + 1)
    assert [login.provider for login in unit.identities.logins(winner)] == ["a", "b"]
    assert unit.identities.logins(loser) == []
    assert unit.identities.get(loser.id) == replace(loser, enabled=False, modified=NOON + 1)
    assert unit.identities.get(winner.id) == replace(winner, modified=NOON + 1)
    assert unit.identities.get(other.id) == other
    assert [login.provider for login in unit.identities.logins(other)] == ["c"]


def test_touching_an_identity_says_when_it_changed(unit: Unit) -> None:
    identity = an_identity(unit, an_identity_pool(unit))
    touched = unit.identities.touch(identity, NOON + 1)
    assert touched == replace(identity, modified=NOON + 1)
    assert unit.identities.get(identity.id) == touched
