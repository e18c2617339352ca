"""Codes, counters of attempts, sign-ins in progress, token families and refresh tokens."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from storage.records.pools import Client, Pool
from storage.records.users import User
from storage.unit import Unit
from storage.violations import UniqueViolation
from tests.storage.rows import NOON, a_client, a_code, a_family, a_pool, a_sign_in, a_user, issue, some_attempts


@pytest.fixture
def pool(unit: Unit) -> Pool:
    return a_pool(unit)


@pytest.fixture
def client(unit: Unit, pool: Pool) -> Client:
    return a_client(unit, pool)


@pytest.fixture
def ana(unit: Unit, pool: Pool) -> User:
    return a_user(unit, pool, "ana")


@pytest.fixture
def bob(unit: Unit, pool: Pool) -> User:
    return a_user(unit, pool, "bob")


def test_a_new_code_replaces_the_one_before_it_for_its_purpose_alone(unit: Unit, ana: User, bob: User) -> None:
    for code in (a_code(ana), a_code(ana, purpose="RESET"), a_code(bob)):
        unit.codes.put(code)
    new = a_code(ana, digest="new", proves=None, value=None, expires=NOON + 1)
    unit.codes.put(new)
    assert unit.codes.get(ana.id, "SIGN_UP") == new
    assert unit.codes.get(ana.id, "RESET") == a_code(ana, purpose="RESET")
    assert unit.codes.get(bob.id, "SIGN_UP") == a_code(bob)


def test_a_code_is_dropped_once(unit: Unit, ana: User, bob: User) -> None:
    unit.codes.put(a_code(ana))
    unit.codes.put(a_code(bob))
    assert unit.codes.delete(ana.id, "SIGN_UP") is True
    assert unit.codes.delete(ana.id, "SIGN_UP") is False
    assert unit.codes.get(ana.id, "SIGN_UP") is None
    assert unit.codes.get(bob.id, "SIGN_UP") == a_code(bob)


def test_attempts_are_counted_by_user_and_kind(unit: Unit, ana: User, bob: User) -> None:
    assert unit.codes.attempts(ana.id, "password") is None
    for counted in (some_attempts(ana), some_attempts(ana, kind="code"), some_attempts(bob)):
        unit.codes.put_attempts(counted)
    more = some_attempts(ana, count=5, last=NOON + 2, locked_until=NOON + 3)
    unit.codes.put_attempts(more)
    assert unit.codes.attempts(ana.id, "password") == more
    unit.codes.delete_attempts(ana.id, "password")
    assert unit.codes.attempts(ana.id, "password") is None
    assert unit.codes.attempts(ana.id, "code") == some_attempts(ana, kind="code")
    assert unit.codes.attempts(bob.id, "password") == some_attempts(bob)


def test_a_session_is_spent_once_and_then_still_known(unit: Unit, pool: Pool, client: Client, ana: User) -> None:
    sign_in = a_sign_in(pool, client, ana)
    unit.sign_ins.add(sign_in)
    assert unit.sign_ins.get("session") == sign_in
    assert unit.sign_ins.spend("session") is True
    assert unit.sign_ins.spend("session") is False
    assert unit.sign_ins.get("session") == replace(sign_in, spent=True)
    assert unit.sign_ins.spend("made up") is False
    assert unit.sign_ins.get("made up") is None


def test_the_sign_in_of_an_unknown_user_has_none(unit: Unit, pool: Pool, client: Client) -> None:
    unit.sign_ins.add(a_sign_in(pool, client, None))
    kept = unit.sign_ins.get("session")
    assert kept is not None
    assert kept.user_id is None


def test_sweeping_forgets_the_sessions_that_expired(unit: Unit, pool: Pool, client: Client, ana: User) -> None:
    for digest, expires in (("old", NOON - 1), ("present", NOON), ("new", NOON + 1)):
        unit.sign_ins.add(a_sign_in(pool, client, ana, digest, expires))
    assert unit.sign_ins.sweep(NOON, 10) == 1
    assert [digest for digest in ("old", "present", "new") if unit.sign_ins.get(digest)] == ["present", "new"]


def test_sweeping_forgets_no_more_than_it_may_the_oldest_first(
    unit: Unit, pool: Pool, client: Client, ana: User
) -> None:
    for age in (2, 3, 1):
        unit.sign_ins.add(a_sign_in(pool, client, ana, str(age), NOON - age))
    assert unit.sign_ins.sweep(NOON, 2) == 2
    assert [digest for digest in "123" if unit.sign_ins.get(digest)] == ["1"]
    assert [unit.sign_ins.sweep(NOON, 2), unit.sign_ins.sweep(NOON, 2)] == [1, 0]


def test_a_family_is_found_by_each_of_its_marks(unit: Unit, client: Client, ana: User) -> None:
    family = a_family(client, ana)
    token = issue(unit, family)
    assert unit.tokens.get("jti") == family
    assert unit.tokens.of_event("event") == family
    assert unit.tokens.refresh_token("refresh") == (token, family)
    assert unit.tokens.get("event") is None
    assert unit.tokens.of_event("jti") is None
    assert unit.tokens.refresh_token("jti") is None


def test_a_refused_refresh_token_is_told_at_the_commit_at_the_latest(unit: Unit, client: Client, ana: User) -> None:
    issue(unit, a_family(client, ana))
    unit.commit()
    with pytest.raises(UniqueViolation) as refused:
        issue(unit, a_family(client, ana, "2", "2"))
        unit.commit()
    assert (refused.value.table, refused.value.columns) == ("refresh_tokens", ("digest",))
    unit.close()
    assert unit.tokens.get("2") is None


def test_a_revoked_family_is_still_known_and_revoked(unit: Unit, client: Client, ana: User) -> None:
    one, two = a_family(client, ana, "1", "1"), a_family(client, ana, "2", "2")
    issue(unit, one, "refresh 1")
    token = issue(unit, two, "refresh 2")
    unit.tokens.revoke("2")
    assert unit.tokens.get("1") == one
    assert unit.tokens.refresh_token("refresh 2") == (token, replace(two, revoked=True))


def test_revoking_all_ends_the_families_of_one_user(unit: Unit, client: Client, ana: User, bob: User) -> None:
    issue(unit, a_family(client, ana, "1", "1"), "1")
    issue(unit, a_family(client, ana, "2", "2"), "2")
    issue(unit, a_family(client, bob, "3", "3"), "3")
    unit.tokens.revoke_all(ana.id)
    families = [unit.tokens.get(jti) for jti in "123"]
    assert [family.revoked for family in families if family] == [True, True, False]


def test_sweeping_forgets_the_families_that_ended_and_their_tokens(unit: Unit, client: Client, ana: User) -> None:
    issue(unit, a_family(client, ana, "old", "1", NOON - 1), "old")
    token = issue(unit, a_family(client, ana, "new", "2", NOON), "new")
    assert unit.tokens.sweep(NOON, 10) == 1
    assert unit.tokens.get("old") is None
    assert unit.tokens.refresh_token("old") is None
    assert unit.tokens.refresh_token("new") == (token, a_family(client, ana, "new", "2", NOON))
