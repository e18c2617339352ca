"""Many identities at once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from storage.paging import ForgedToken
from storage.records.identities import Login
from storage.store import Unit
from tests.storage.rows import NOON, an_identity, an_identity_pool


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


def test_a_forgotten_identity_takes_its_logins_along(unit: Unit) -> None:
    pool = an_identity_pool(unit)
    identity, other = an_identity(unit, pool, "a"), an_identity(unit, pool, "b")
    unit.identities.link(Login(pool.id, "p", "s", identity.id))
    unit.identities.delete(identity)
    assert unit.identities.get(identity.id) is None
    assert unit.identities.login(pool.id, "p", "s") is None
    assert unit.identities.get(other.id) == other
