"""Identity pools, identities and their logins."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from storage.paging import ForgedToken
from storage.records.identities import Login
from storage.unit import Unit
from tests.storage.rows import NOON, a_server_key, an_identity, an_identity_pool


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


def test_an_emptied_identity_pool_keeps_its_settings_and_loses_identities_with_their_logins(unit: Unit) -> None:
    pool, other = an_identity_pool(unit), an_identity_pool(unit, "us-east-1:b")
    identity, theirs = an_identity(unit, pool), an_identity(unit, other, "us-east-1:j")
    unit.identities.link(Login(pool.id, "p", "s", identity.id))
    unit.identity_pools.empty(pool)
    assert unit.identity_pools.get(pool.id) == pool
    assert unit.identities.get(identity.id) is None
    assert unit.identities.login(pool.id, "p", "s") is None
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


def test_an_unlinked_login_leads_nowhere(unit: Unit) -> None:
    pool = an_identity_pool(unit)
    identity = an_identity(unit, pool)
    gone, kept = Login(pool.id, "a", "s", identity.id), Login(pool.id, "b", "s", identity.id)
    unit.identities.link(gone)
    unit.identities.link(kept)
    unit.identities.unlink(gone)
    assert unit.identities.login(pool.id, "a", "s") is None
    assert unit.identities.logins(identity) == [kept]


def test_a_deleted_identity_takes_its_logins_and_nobody_elses(unit: Unit) -> None:
    pool = an_identity_pool(unit)
    identity, other = an_identity(unit, pool), an_identity(unit, pool, "us-east-1:other")
    for each in (identity, other):
        unit.identities.link(Login(pool.id, "p", each.id, each.id))
    unit.identities.delete(identity.id)
    unit.identities.delete("us-east-1:unknown")
    assert unit.identities.get(identity.id) is None
    assert unit.identities.login(pool.id, "p", identity.id) is None
    assert unit.identities.get(other.id) == other
    assert unit.identities.login(pool.id, "p", other.id)


def test_a_touched_identity_may_be_disabled(unit: Unit) -> None:
    identity = an_identity(unit, an_identity_pool(unit))
    touched = unit.identities.touch(identity, NOON + 1, enabled=False)
    assert touched == unit.identities.get(identity.id) == replace(identity, modified=NOON + 1, enabled=False)


def test_the_principal_tags_of_a_pool_are_kept(unit: Unit) -> None:
    pool = an_identity_pool(unit)
    tags = {"provider": {"UseDefaults": False, "PrincipalTags": {"team": "custom:team"}}}
    unit.identity_pools.change(pool, principal_tags=tags, modified=NOON + 1)
    found = unit.identity_pools.get(pool.id)
    assert found
    assert found.principal_tags == tags


def test_a_key_of_the_server_is_found_by_its_use(unit: Unit) -> None:
    assert unit.server_keys.get("use") is None
    key = a_server_key(unit)
    assert unit.server_keys.get("use") == key
    assert unit.server_keys.get("another") is None


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


def test_identities_come_page_by_page_in_the_order_of_their_ids(unit: Unit) -> None:
    pool, other = an_identity_pool(unit), an_identity_pool(unit, "us-east-1:b")
    kept = [an_identity(unit, pool, name) for name in ("c", "a", "b")]
    an_identity(unit, other, "d")
    kept.sort(key=lambda identity: identity.id)
    first = unit.identities.page(pool, 2, None, enabled_only=False)
    assert first.items == kept[:2]
    assert first.token is not None
    rest = unit.identities.page(pool, 2, first.token, enabled_only=False)
    assert (rest.items, rest.token) == (kept[2:], None)
    for forged in ((other, False), (pool, True)):
        with pytest.raises(ForgedToken):
            unit.identities.page(forged[0], 2, first.token, enabled_only=forged[1])


def test_identities_that_were_merged_away_may_be_left_out(unit: Unit) -> None:
    pool = an_identity_pool(unit)
    winner, loser = an_identity(unit, pool, "a"), an_identity(unit, pool, "b")
    unit.identities.merge(loser, winner, NOON)
    gone = replace(loser, enabled=False, modified=NOON)
    assert unit.identities.page(pool, 10, None, enabled_only=True).items == [winner]
    assert unit.identities.page(pool, 10, None, enabled_only=False).items == [winner, gone]


def test_the_logins_of_several_identities_are_read_at_once(unit: Unit) -> None:
    pool = an_identity_pool(unit)
    first, second, third = (an_identity(unit, pool, name) for name in ("a", "b", "c"))
    logins = [Login(pool.id, "p", identity.id, identity.id) for identity in (first, second, third)]
    for login in logins:
        unit.identities.link(login)
    found = unit.identities.logins_of([first, third])
    assert sorted(found, key=lambda login: login.subject) == [logins[0], logins[2]]
    assert unit.identities.logins_of([]) == []
