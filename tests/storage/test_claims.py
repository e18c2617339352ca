"""Claims of the contract suite: who gets a name, who keeps it, and who takes it over."""

from __future__ import annotations

from storage.store import Store
from storage.unit import Unit

LONG, OVER = 60.0, -1.0


def test_a_name_is_claimed_by_one(unit: Unit) -> None:
    assert unit.claims.take("job", "one", LONG)
    assert not unit.claims.take("job", "another", LONG)
    assert not unit.claims.take("job", "one", LONG)
    assert unit.claims.take("other job", "another", LONG)
    assert unit.claims.is_taken("job")


def test_a_claim_that_was_given_up_is_free(unit: Unit) -> None:
    unit.claims.take("job", "one", LONG)
    unit.claims.release("job", "one")
    assert not unit.claims.is_taken("job")
    assert unit.claims.take("job", "another", LONG)


def test_a_claim_that_was_not_extended_in_time_is_taken_over(unit: Unit) -> None:
    unit.claims.take("job", "one", OVER)
    assert not unit.claims.is_taken("job")
    assert unit.claims.take("job", "another", LONG)
    assert not unit.claims.renew("job", "one", LONG)
    unit.claims.release("job", "one")
    assert unit.claims.renew("job", "another", LONG)
    assert unit.claims.is_taken("job")


def test_a_claim_is_extended_late_if_nobody_has_taken_it(unit: Unit) -> None:
    unit.claims.take("job", "one", OVER)
    assert unit.claims.renew("job", "one", LONG)
    assert not unit.claims.take("job", "another", LONG)


def test_a_claim_is_seen_by_other_units(store: Store) -> None:
    with store.unit(writes=True) as unit:
        unit.claims.take("job", "one", LONG)
    with store.unit(writes=True) as unit:
        assert not unit.claims.take("job", "another", LONG)
    with store.unit(writes=False) as unit:
        assert unit.claims.is_taken("job")
